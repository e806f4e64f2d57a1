using Understudy.Inference.Releases;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Lessons;

/// <summary>Teaches the student of a release from lessons, given by a host that can train: everything is in folders here. Thread-safe for different folders.</summary>
public interface IStudentTraining
{
    /// <summary>Trains, and writes the files that change.</summary>
    /// <param name="releaseFolder">The release that serves.</param>
    /// <param name="trust">Whose signature on it counts.</param>
    /// <param name="lessons">A JSONL file to learn from.</param>
    /// <param name="calibration">A JSONL file to choose thresholds on.</param>
    /// <param name="outputFolder">Empty.</param>
    /// <param name="fromServing">Whether the student goes on from the one that serves.</param>
    /// <param name="onProgress">Told the step, how far it is, and what it says.</param>
    /// <param name="cancellationToken">Heard between steps.</param>
    /// <returns>The manifest of the release to be, without version and files.</returns>
    ReleaseManifest Train(
        string releaseFolder, ReleaseTrust trust, string lessons, string calibration, string outputFolder, bool fromServing, Action<string, double, string> onProgress, CancellationToken cancellationToken);
}
