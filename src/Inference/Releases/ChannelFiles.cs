using System.Text.Json;

namespace Understudy.Inference.Releases;

/// <summary>The pointers of a task to its releases: <c>channels/{channel}.json</c>, each <c>{ "version": "…" }</c> and replaced in one step.</summary>
internal sealed class ChannelFiles(string taskFolder)
{
    public const string Stable = "stable", Previous = "previous", Candidate = "candidate";

    public static IReadOnlyList<string> All { get; } = [Stable, Candidate, Previous];

    /// <exception cref="ReleaseNotFoundException">The file is there and does not name a version.</exception>
    public string? Read(string channel)
    {
        var path = PathOf(channel);
        try
        {
            return JsonSerializer.Deserialize<Pointer>(File.ReadAllBytes(path), JsonShape.Options)!.Version;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or NullReferenceException)
        {
            throw new ReleaseNotFoundException($"The channel file '{path}' does not name a version. Write {{ \"version\": \"…\" }} or promote a release.");
        }
    }

    public void Write(string channel, string version) =>
        AtomicFile.Write(PathOf(channel), JsonSerializer.SerializeToUtf8Bytes(new Pointer(version), JsonShape.Options));

    public void Clear(string channel) => File.Delete(PathOf(channel));

    private string PathOf(string channel) => Path.Combine(taskFolder, "channels", $"{channel}.json");

    private sealed record Pointer(string Version);
}
