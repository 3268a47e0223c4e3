/* The guest's system call filter. */
#ifndef ULTRAGUEST_FILTER_H
#define ULTRAGUEST_FILTER_H

/* From now on any call but those to wait, to tell the time, to return from a signal and to end kills this process. 0 or -1 (errno). */
int ug_filter_install(void);

#endif
