// Runs a program to its end and takes what it prints.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace berth {

struct ProgramRun {
  std::vector<std::string> words;        // the program, found in PATH, and its arguments
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::chrono::milliseconds timeout{60'000};
  std::size_t output_bytes_max = 1 << 20;
};

struct ProgramEnd {
  std::string why;  // "" when it ended by itself with 0, else what went wrong
  std::string output;
  std::string errors;  // the end of what it wrote to standard error
};

// Blocks until it ended, took too long, printed too much or `stop` is readable; then all of its
// process group is killed. [any]
ProgramEnd run_program(const ProgramRun& run, int stop);

}  // namespace berth
