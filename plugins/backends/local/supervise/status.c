#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol.h"

void tell_status(const char* line) {
  ssize_t written = write(kStatusDescriptor, line, strlen(line));
  (void)written;
}

void refuse(const char* format, ...) {
  char message[1024] = "X ";
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message + 2, sizeof message - 3, format, arguments);
  va_end(arguments);
  for (char* at = message; *at != '\0'; ++at) {
    if (*at == '\n') *at = ' ';
  }
  strcat(message, "\n");
  tell_status(message);
  _exit(1);
}
