//! What fuzzing has found worth keeping; see `fuzz/README.md`.

use std::path::PathBuf;

use imaging::process;

use crate::decoded;

#[test]
fn every_file_of_the_corpus_is_refused_or_a_picture() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/process");
    let [mut files, mut made] = [0, 0];
    for entry in folder.read_dir().expect("a corpus") {
        let path = entry.unwrap().path();
        files += 1;
        if let Ok(pictures) = process(&std::fs::read(&path).unwrap()) {
            made += 1;
            let large = decoded(&pictures.large).dimensions();
            assert_eq!(large, (pictures.large.width, pictures.large.height), "{path:?}");
            assert!((1..=1024).contains(&large.0) && (1..=1024).contains(&large.1), "{path:?}");
            for (picture, side) in [(&pictures.medium, 256), (&pictures.small, 64)] {
                assert_eq!(decoded(picture).dimensions(), (side, side), "{path:?}");
            }
        }
    }
    assert!(files > 100 && made > 10, "{files} files, {made} pictures");
}
