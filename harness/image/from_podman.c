/* Podman's own store, through its own command: an archive as it is written. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/proc.h"
#include "image/from.h"

/* A name that is an option would be one. */
static bool is_name(const char *ref)
{
	return *ref && *ref != '-';
}

bool podman_has(const char *ref)
{
	const char *const argv[] = { "podman", "image", "exists", ref, NULL };
	const struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	_cleanup_(err_freep) struct err *e = is_name(ref) ? proc_run(&p, &r) : NULL;

	return is_name(ref) && !e && r.status == 0;
}

/* Start it with its output in a pipe. */
static struct err *start(const char *program, const char *ref, int *from_out, pid_t *pid_out)
{
	char *const argv[] = { "podman", "save", "--format", "docker-archive", (char *)ref, NULL };
	_cleanup_(closep) int from = -1;
	_cleanup_(closep) int to = -1;
	posix_spawn_file_actions_t actions;
	int fds[2], code;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys("pipe", errno);
	from = fds[0];
	to = fds[1];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	code = posix_spawn(pid_out, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (code)
		return err_sys(program, code);
	*from_out = TAKE_FD(from);
	return NULL;
}

struct err *image_from_podman(const char *ref, const struct image_options *o, struct image_view *v)
{
	_cleanup_(freep) char *program = path_find_program(NULL, "podman");
	_cleanup_(freep) struct fd_stream *stream = NULL;
	_cleanup_(closep) int from = -1;
	struct err *e;
	int status;
	pid_t pid;

	if (!program)
		return err_new(ERR_TOOL, "there is no podman here");
	if (!podman_has(ref))
		return err_at(err_new(ERR_INPUT, "podman has no such image"), "%s", ref);
	TRY(start(program, ref, &from, &pid));
	stream = fd_stream_new(from);
	e = image_from_stream(&stream->s, ref, o, v);
	/* one that still writes ends by the closed pipe */
	closep(&from);
	from = -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (e || status == 0)
		return e;
	return err_at(err_new(ERR_IO, "podman save failed"), "%s", ref);
}
