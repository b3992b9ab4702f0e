//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archiving
import ServiceKit

/// The metrics of the archiver of this process.
enum ArchiveMetrics {
    static let descriptions: [String: MetricRegistry.Description] = [
        "stepcast_archiver": .init("Whether this process is the archiver: 1 or 0."),
        "stepcast_archive_lag_records": .init("Records that were followed and are not in the archive yet."),
        "stepcast_archive_followed": .init("Runs and batches that the archiver follows now."),
        "stepcast_archive_records_total": .init("Events that this process has archived."),
        "stepcast_archive_gaps_total": .init("Gaps that this process has archived."),
        "stepcast_archive_failures_total": .init("Attempts to write to the archive that have failed."),
    ]

    static func samples(_ values: ArchiveCounts.Values) -> [MetricSample] {
        [
            .gauge("stepcast_archiver", values.isArchiver ? 1 : 0),
            .gauge("stepcast_archive_lag_records", Double(values.lag)),
            .gauge("stepcast_archive_followed", Double(values.followed)),
            .counter("stepcast_archive_records_total", Double(values.records)),
            .counter("stepcast_archive_gaps_total", Double(values.gaps)),
            .counter("stepcast_archive_failures_total", Double(values.failures)),
        ]
    }
}
