#include "lib/activations/catalogue.h"
