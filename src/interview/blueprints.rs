//! The presets in memory, like the catalogue: content changes only at a start.

use crate::content::Blueprint;
use crate::ids::BlueprintId;

/// All presets, in the order in which they are offered.
#[derive(Debug, Clone, Default)]
pub struct Blueprints(Vec<Blueprint>);

impl Blueprints {
    /// The shortest first, then by title; the one for the weakest topics last.
    #[must_use]
    pub fn new(mut blueprints: Vec<Blueprint>) -> Self {
        blueprints.sort_by(|a, b| (a.weakest, a.minutes, &a.title).cmp(&(b.weakest, b.minutes, &b.title)));
        Self(blueprints)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Blueprint> {
        self.0.iter()
    }

    #[must_use]
    pub fn get(&self, id: &BlueprintId) -> Option<&Blueprint> {
        self.0.iter().find(|blueprint| blueprint.id == *id)
    }
}
