/* A build inside a lab leaves what the machine has of containers as it was: not a file more, not a
 * time stamp changed. */
#include "lab_fixture.h"

#include "base/proc.h"

/* Where podman and docker keep things whatever they are told, and the user's own places. */
static const char look[] =
	"find /var/lib/containers /var/lib/cni /var/lib/docker /var/lib/containerd "
	"/run/containers /run/libpod /run/runc /run/crun /run/netns /run/docker /run/containerd "
	"/opt/containerd /etc/docker /etc/containers /etc/cni /dev/shm "
	"\"$HOME/.local/share/containers\" \"$HOME/.config/containers\" \"$HOME/.docker\" "
	"/sys/fs/cgroup/*/libpod_parent /sys/fs/cgroup/*/docker "
	"-printf '%p %y %i %T@\\n' 2>/dev/null | LC_ALL=C sort";

static char *machine_state(void)
{
	const char *const argv[] = { "sh", "-c", look, NULL };
	struct proc p = { .argv = argv, .ceiling = 64 << 20 };
	struct proc_result r;
	char *text;

	no_error(proc_run(&p, &r));
	text = str_take(&r.out);
	proc_result_done(&r);
	return text;
}

/* $L is the lab, $U the user's id; `program` is the engine's, its others lie beside it. */
static int build_in(struct lab *lab, const char *program, const char *script)
{
	_cleanup_(freep) char *whole = xasprintf(
		"set -e; PATH=$(dirname %s):$PATH L=%s U=%u; export PATH TMPDIR=$L/tmp HOME=$L/home XDG_RUNTIME_DIR=$L/xdg; "
		"mkdir -p $TMPDIR $HOME $XDG_RUNTIME_DIR $L/ctx; cd $L; "
		"cp $(command -v busybox) ctx/sh; "
		"printf 'FROM scratch\\nCOPY sh /bin/\\nRUN echo ran >/x\\n' >ctx/Dockerfile; %s",
		program, lab->dir, (unsigned)geteuid(), script);

	return in_lab(lab, whole, NULL);
}

static const struct {
	const char *name, *program, *script;
	bool root_only;
} engines[] = {
	{ "podman", "podman",
		"[ $U = 0 ] || export _CONTAINERS_USERNS_CONFIGURED=done "
		"_CONTAINERS_ROOTLESS_UID=$U _CONTAINERS_ROOTLESS_GID=$U; "
		"podman --root $L/r --runroot $L/rr --storage-driver overlay --runtime runc "
		"--cgroup-manager cgroupfs --events-backend file build --network host -t t ctx",
		false },
	{ "dockerd", "dockerd",
		"mkdir d; echo '{}' >d/c.json; dockerd --config-file $L/d/c.json --data-root $L/d/root "
		"--exec-root $L/d/exec -p $L/d/pid -H unix://$L/d/s --iptables=false "
		"--ip6tables=false --bridge=none >d/log 2>&1 & "
		"until docker -H unix://$L/d/s version >/dev/null 2>&1; do sleep 0.1; done; "
		"docker -H unix://$L/d/s build --network host -t t ctx",
		true },
};

static void builds_touch_nothing_of_the_machine(void **state)
{
	struct fixture *f = *state;
	int ran = 0;

	for (size_t i = 0; i < ARRAY_SIZE(engines); i++) {
		_cleanup_(freep) char *before = NULL, *after = NULL;
		_cleanup_(freep) char *program = path_find_program(NULL, engines[i].program);
		_cleanup_(freep) char *busybox = path_find_program(NULL, "busybox");
		struct lab *lab;

		if (!program || !busybox || (engines[i].root_only && geteuid() != 0))
			continue;
		print_message("  %s\n", engines[i].name);
		before = machine_state();
		lab = open_lab(f);
		assert_int_equal(build_in(lab, program, engines[i].script), 0);
		lab_close(lab);
		after = machine_state();
		assert_string_equal(after, before);
		ran++;
	}
	if (!ran)
		skip();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			builds_touch_nothing_of_the_machine, fixture_make, fixture_drop),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests_name("lab_apart", tests, NULL, NULL);
}
