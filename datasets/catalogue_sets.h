#pragma once

// The public sets of each domain, in the order of `data list`.

#include <vector>

#include "datasets/catalogue.h"

namespace actlab {

std::vector<PublicSet> image_sets();
std::vector<PublicSet> text_sets();
std::vector<PublicSet> click_sets();
std::vector<PublicSet> speech_sets();

}  // namespace actlab
