using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Retraining;

/// <summary>The lessons that a retraining learns from, frozen.</summary>
/// <param name="Blobs">Those of <c>teacher-outputs</c>, oldest first, each with the ETag that is meant.</param>
/// <param name="Mark">Up to where lessons count as seen once the run is over.</param>
/// <param name="Version">The name of the release to be.</param>
internal sealed record LessonSnapshot(Claim<IReadOnlyList<LessonBlob>> Blobs, LessonMark Mark, string Version);
