// Small files that must be there whole or not at all, also after a power loss.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

inline constexpr std::size_t kSmallFileBytes = 1 << 20;

// None when it is not there, is no regular file, a symbolic link, or larger than `bytes_max`. [any]
std::optional<std::string> read_small_file(const std::filesystem::path& file,
                                           std::size_t bytes_max = kSmallFileBytes);

// The same of a file that is open, whatever it is. [any]
std::optional<std::string> read_up_to(int file, std::size_t bytes_max);

// These throw std::system_error; what was there before stays. [any]
void replace_file(const std::filesystem::path& file, std::string_view text, unsigned mode = 0600);
// False when it is there already: of several that try, exactly one makes it.
bool create_file_once(const std::filesystem::path& file, std::string_view text);
void make_private_folder(const std::filesystem::path& folder);
// A folder that others may go through, but neither list nor change, on their way to what is theirs; where
// nobody but our own user has anything, it is a private one.
void make_passable_folder(const std::filesystem::path& folder);

}  // namespace berth
