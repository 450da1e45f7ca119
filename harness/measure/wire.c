#include "measure/wire.h"

#include <errno.h>
#include <sys/socket.h>

union control {
	char bytes[CMSG_SPACE(WIRE_FDS * sizeof(int))];
	struct cmsghdr align;
};

bool wire_send(int sock, const void *packet, size_t n, const int *fds, int fd_count)
{
	struct iovec part = { (void *)packet, n };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (fd_count > 0) {
		struct cmsghdr *head = &control.align;

		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN((size_t)fd_count * sizeof(int));
		memcpy(CMSG_DATA(head), fds, (size_t)fd_count * sizeof(int));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE((size_t)fd_count * sizeof(int));
	}
	do
		sent = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n;
}

static void take_fds(struct msghdr *msg, int fds[WIRE_FDS])
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);

	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
}

int wire_receive(int sock, void *packet, size_t n, int fds[WIRE_FDS])
{
	struct iovec part = { packet, n };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t got;

	for (int i = 0; i < WIRE_FDS; i++)
		fds[i] = -1;
	do
		got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got == 0 || errno == ECONNRESET ? 0 : -1;
	take_fds(&msg, fds);
	if (got == (ssize_t)n && !(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return 1;
	wire_close(fds);
	errno = EBADMSG;
	return -1;
}

void wire_close(int fds[WIRE_FDS])
{
	for (int i = 0; i < WIRE_FDS; i++) {
		closep(&fds[i]);
		fds[i] = -1;
	}
}
