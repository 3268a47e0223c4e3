/* The mapper: a second process in the guest's address space that makes the system calls its monitor asks for. */
#ifndef ULTRAGUEST_MAPPER_H
#define ULTRAGUEST_MAPPER_H

/* Starts it as a child of our parent. All signals must be blocked. Returns its process id or a negative error number. `scratch` is a writable byte whose content
 * does not matter. */
long ug_mapper_start(const void *commands, void *scratch);

#endif
