using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>Checks a release's folder: its signature, its manifest, its files and that its models fit. Thread-safe.</summary>
public static class ReleaseValidator
{
    /// <summary>Every problem at once, each naming the file or field, the limit and the remedy; empty when the release can serve. Opens the models.</summary>
    /// <param name="folder">The release's; whose signature counts, <see cref="ReleaseKeys.OfThisMachine"/> says.</param>
    public static IReadOnlyList<string> Validate(string folder)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), TimeProvider.System, ReleaseKeys.OfThisMachine().Trust);
        reader.Read()?.Dispose();
        return reader.Problems;
    }
}
