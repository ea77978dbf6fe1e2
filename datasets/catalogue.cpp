#include "datasets/catalogue.h"
