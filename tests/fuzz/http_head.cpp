// The head of a request, in two pieces, and what is made of it before anything is asked.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "control/host_rule.hpp"
#include "control/query.hpp"
#include "control/request_head.hpp"
#include "must.hpp"

namespace berth {
namespace {

namespace http = boost::beast::http;

using Parser = http::request_parser<http::empty_body>;

// True: a whole head was read.
bool read_head(Parser& parser, std::string_view text, std::size_t first) {
  boost::beast::error_code failed;
  std::size_t taken = parser.put(boost::asio::buffer(text.substr(0, first)), failed);
  if (!parser.is_header_done() && failed == http::error::need_more) {
    failed = {};
    parser.put(boost::asio::buffer(text.substr(taken)), failed);
  }
  return !failed && parser.is_header_done();
}

void look_at(const Parser& parser) {
  const auto& request = parser.get();
  RequestHead head;
  head.method = request.method_string();
  head.version = static_cast<int>(request.version());
  for (const auto& field : request) head.fields.emplace_back(field.name_string(), field.value());
  static const HostRule rule({"berth.example", "*.pods.example"});
  const bool is_framed = check_framing(head).has_value();
  if (is_framed && parser.content_length()) {
    must(!parser.chunked(), "a request ends in one way");
    must(head.all("Content-Length").size() <= 1, "a request has one length");
  }
  if (rule.check(head, "192.0.2.1")) {
    const std::string host = host_name(head.all("Host").front());
    must(!host.empty() && host.find_first_of(" /@\r\n") == std::string::npos, "a host is a host");
  }
  const std::string target(request.target());
  const auto mark = target.find('?');
  if (mark != std::string::npos) parse_query(std::string_view(target).substr(mark + 1));
}

}  // namespace
}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace berth;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Parser parser;
  parser.header_limit(16 * 1024);
  parser.body_limit(boost::none);
  if (read_head(parser, text, data[0] % text.size())) look_at(parser);
  return 0;
}
