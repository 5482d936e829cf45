// GET /openapi.json: the description of all this, written by hand in openapi.json. One test holds its
// paths to the routes, another the answers of a running daemon to its schemas.
#include "control/openapi.hpp"

#include "control/openapi_text.hpp"
#include "control/routes.hpp"

namespace berth {

std::string_view openapi_text() { return kOpenApiText; }

void show_openapi(Control&, SharedCall, Respond answer) {
  Response response;
  response.body = openapi_text();
  answer(std::move(response));
}

}  // namespace berth
