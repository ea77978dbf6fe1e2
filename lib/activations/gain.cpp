#include "lib/activations/gain.h"
