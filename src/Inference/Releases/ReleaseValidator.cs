namespace Understudy.Inference.Releases;

/// <summary>Checks a release's folder: its manifest, its files and that its models fit. Thread-safe.</summary>
public static class ReleaseValidator
{
    /// <summary>Every problem at once, each naming the file or field, the limit and the remedy; empty when the release can serve.</summary>
    public static IReadOnlyList<string> Validate(string folder) => throw new NotImplementedException();
}
