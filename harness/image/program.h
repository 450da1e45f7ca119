/* What starts a program, as its first bytes tell: of an ELF file its PT_INTERP (the dynamic loader),
 * of a script what follows "#!". */
#ifndef IMAGE_PROGRAM_H
#define IMAGE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Linkers put headers and PT_INTERP into the first page; where another tool moved it elsewhere,
 * nothing is told. */
#define PROGRAM_HEAD_MAX 4096

/* The program's first n bytes, PROGRAM_HEAD_MAX of them suffice: "/lib64/ld-linux-x86-64.so.2", or of
 * a script the interpreter and its argument, "/usr/bin/env python3", appended to out. Nothing for
 * what needs no other program, is none, or is damaged. ELF: gABI, "Program Header"; scripts:
 * execve(2). */
void program_starter(const void *head, size_t n, struct str *out);

#endif
