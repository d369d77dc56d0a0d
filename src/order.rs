//! Sorting, for lists of which none is long. The standard library's sort is compiled for each type anew,
//! 5 KB at a time; here it is compiled once, for numbers.

use std::cmp::Ordering;

/// Sorts as [`slice::sort_by_key`] does: what is equal keeps its order.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts as [`slice::sort_by`] does: what is equal keeps its order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let place = |at: usize| items.get(at);
    sort_numbers(&mut order, &mut |one, other| match (place(*one), place(*other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut slots: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| slots.get_mut(at).and_then(Option::take)));
}

fn sort_numbers(order: &mut [usize], compare: &mut dyn FnMut(&usize, &usize) -> Ordering) {
    order.sort_by(compare);
}

#[test]
fn equals_keep_their_order() {
    let mut items = vec![(2, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e")];
    sort_by_key(&mut items, |item| item.0);
    assert_eq!(items, [(0, "e"), (1, "b"), (1, "d"), (2, "a"), (2, "c")]);
}
