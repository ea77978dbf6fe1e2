#pragma once

#include <map>
#include <string>
#include <vector>

namespace actlab {

/// The best possible auc and log_loss (nats) of rows whose true probabilities of a click are known: the
/// expected log loss of these probabilities, and the chance that of two rows of which one was clicked they
/// rank the clicked one first (a tie counts half), expected over both labels.
std::map<std::string, double> best_possible(std::vector<double> probabilities);

}  // namespace actlab
