// What a person most likely meant by a verb or an option that is none.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace berth {

// `error: no verb "sumbit"; nearest: "submit"`, or the same for an option; empty when the words
// hold neither, and the parser's own words say more.
std::string wrong_word_text(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace berth
