// The folder that a job's user may use: everything in it may be a trap.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "account.hpp"
#include "attempt_record.hpp"
#include "workload.hpp"

namespace berth {

// Makes the attempt's shared folder with its files and hands it to the user, whole or not at all:
// it is filled while nobody else can enter it, so no link of the user's can be followed. One that
// was handed over already stays as it is. Throws std::system_error. [any]
void make_job_folder(const AttemptFolder& folder, const std::vector<WorkloadFile>& files,
                     const Account& account);

// What the job wrote there. None when it is no plain file that belongs to `owner` under one name, lies
// in a file system that was mounted there, or is larger than `bytes_max`. [any]
std::optional<std::string> read_job_file(const AttemptFolder& folder, const std::string& name,
                                         uid_t owner, std::size_t bytes_max);

}  // namespace berth
