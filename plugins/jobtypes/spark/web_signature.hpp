// What opens the pages of a job's Spark.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// A JSON Web Signature (HS256), which says nothing but that its maker has the secret. It does not
// tell the secret. [any]
std::string sign_for_web(std::string_view secret);

}  // namespace berth
