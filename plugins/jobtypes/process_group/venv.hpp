// The virtual environment that a site names for the members of its local jobs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace berth {

// What is wrong with it on this machine; nothing where the site names none. [any]
inline std::vector<std::string> venv_problems(const std::filesystem::path& venv) {
  if (venv.empty()) return {};
  const std::filesystem::path python = venv / "bin" / "python";
  std::error_code error;
  if (std::filesystem::exists(python, error)) return {};
  return {"venv is no virtual environment: there is no " + python.string()};
}

}  // namespace berth
