#include "lib/activations/activation.h"
