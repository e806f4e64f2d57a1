using Understudy.Inference.Releases.Sharing;

namespace Understudy.Functions.Tests.Http;

/// <summary>A storage without a release.</summary>
internal sealed class EmptyContainer : IReleaseContainer
{
    public IReadOnlyDictionary<string, string> List() => new Dictionary<string, string>();

    public SharedBlob? Read(string name) => null;

    public void Download(string name, Stream to) => throw new FileNotFoundException();

    public bool TryWrite(string name, Stream content, string? replaces) => true;
}
