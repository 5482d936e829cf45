// What went wrong, for whom, and what to do: the one error type of the daemon.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// One wrong field: its path as the user wrote it, what is wrong, and the nearest right thing if any.
struct Problem {
  std::string path;
  std::string message;
  std::string hint;
};

// `code` is a CamelCase word of the wire ("QueueFull"); `message` a sentence for a person.
struct Error {
  Error() = default;
  Error(std::string code, std::string message)
      : code(std::move(code)), message(std::move(message)) {}
  Error(std::string code, std::string message, std::vector<Problem> details)
      : code(std::move(code)), message(std::move(message)), details(std::move(details)) {}

  std::string code;
  std::string message;
  std::vector<Problem> details;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.code + ": " + error.message);
}

template <typename T>
using Result = boost::system::result<T, Error>;

}  // namespace berth
