// The parts of a site in the order in which they are read: each may name what came before it.
#pragma once

#include <filesystem>

#include "config/section.hpp"
#include "config/site.hpp"

namespace berth {

// The folder of a site file, and the path that a text in it means: relative ones start from there.
std::filesystem::path folder_of(const std::filesystem::path& file);
std::filesystem::path path_from(const std::filesystem::path& folder, const std::string& text);

// `folder` is what relative paths start from.
void read_server(Section section, const std::filesystem::path& folder, ServerSettings& server);
void read_tcp(Section section, const std::filesystem::path& folder, TcpSettings& tcp);
void read_limits(Section section, Limits& limits);
void read_retention(Section section, RetentionSettings& retention);
void read_defaults(Section section, JobDefaults& defaults);
void read_probes(Section section, ProbeSettings& probes);

void read_owners(Section section, Site& site);
void read_projects(Section section, Site& site);
void read_clusters(Section section, Site& site);
void read_pools(Section section, Site& site);

void read_plugins(Section section, Site& site);
void read_profiles(Section section, Site& site);

}  // namespace berth
