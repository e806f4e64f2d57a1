using Understudy.Inference.Batching;

namespace Understudy.Inference.Releases;

/// <summary>Checks a release's folder: its manifest, its files and that its models fit. Thread-safe.</summary>
public static class ReleaseValidator
{
    /// <summary>Every problem at once, each naming the file or field, the limit and the remedy; empty when the release can serve. Opens the models.</summary>
    public static IReadOnlyList<string> Validate(string folder)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), new BatchingOptions(), TimeProvider.System);
        reader.Check();
        return reader.Problems;
    }
}
