/* The mapper lives in the guest's address space, so it must not depend on a single byte that the guest could write:
 *
 *   code, commands   mapped read-only, and the guest cannot change that
 *   stack            none: everything is in registers, signals are blocked
 *   the doorbell     a pipe of the monitor; what is read from it is not looked at, only how much
 *   confirmation     a byte in another pipe, which the guest does not hold
 *
 * It confirms a list of commands only if each of them succeeded; otherwise, and when the monitor is gone, it ends. So a confirmation that the
 * monitor reads is a fact about the page tables.
 *
 * Clone flags: CLONE_VM, its own descriptors, signal handlers and system call filter; CLONE_PARENT, so that the monitor waits for it.
 */
#include "mapper.h"

#include "channel.h"

#include <assert.h>
#include <stddef.h>

#ifndef __x86_64__
#error "the mapper is written for x86-64"
#endif

static_assert(sizeof(struct guest_command) == 64 && offsetof(struct guest_told, commands) == 0, "the mapper's offsets");
static_assert(GUEST_DOORBELL == 7 && GUEST_CONFIRM == 8, "the mapper's descriptors");

__asm__(".text\n"
	".globl ug_mapper_start\n"
	".type ug_mapper_start, @function\n"
	"ug_mapper_start:\n"
	"	movq %rdi, %r9\n" /* commands: clone leaves r8 and r9 alone */
	"	movq %rsi, %r8\n" /* scratch */
	"	movl $0x8100, %edi\n" /* CLONE_VM | CLONE_PARENT */
	"	xorl %esi, %esi\n"
	"	xorl %edx, %edx\n"
	"	xorl %r10d, %r10d\n"
	"	movl $56, %eax\n" /* clone */
	"	syscall\n"
	"	testq %rax, %rax\n"
	"	jz 1f\n"
	"	ret\n"
	"1:	movq %r9, %r12\n"
	"	movq %r8, %r15\n"
	"2:	xorl %eax, %eax\n" /* read(doorbell, scratch, 1) */
	"	movl $7, %edi\n"
	"	movq %r15, %rsi\n"
	"	movl $1, %edx\n"
	"	syscall\n"
	"	cmpq $-4, %rax\n" /* EINTR */
	"	je 2b\n"
	"	cmpq $1, %rax\n"
	"	jne 9f\n"
	"	movq %r12, %rbx\n"
	"3:	movq (%rbx), %rax\n"
	"	testq %rax, %rax\n"
	"	js 5f\n"
	"	movq 8(%rbx), %rdi\n"
	"	movq 16(%rbx), %rsi\n"
	"	movq 24(%rbx), %rdx\n"
	"	movq 32(%rbx), %r10\n"
	"	movq 40(%rbx), %r8\n"
	"	movq 48(%rbx), %r9\n"
	"	syscall\n"
	"	cmpq $-4095, %rax\n"
	"	jae 9f\n"
	"	addq $64, %rbx\n"
	"	jmp 3b\n"
	"5:	movl $1, %eax\n" /* write(confirm, commands, 1) */
	"	movl $8, %edi\n"
	"	movq %r12, %rsi\n"
	"	movl $1, %edx\n"
	"	syscall\n"
	"	cmpq $1, %rax\n"
	"	je 2b\n"
	"9:	movl $231, %eax\n" /* exit_group(1) */
	"	movl $1, %edi\n"
	"	syscall\n"
	"	hlt\n"
	".size ug_mapper_start, . - ug_mapper_start\n");
