using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Understudy.Inference.Sites;

/// <summary>
/// What of a release goes to a site: its own manifest and signature, unchanged, the files of its students, its task's definition, and samples
/// for a test on arrival. Its address, the SHA-256 of this list as written, stands in the site's signed pointer and so vouches for every byte.
/// </summary>
public sealed record EdgePackage
{
    public const string TaskFile = "task.json", SamplesFile = "samples.jsonl";

    /// <summary>The format of this list; 1.</summary>
    public int Schema { get; init; } = 1;

    public required string Task { get; init; }

    /// <summary>Of the release; also the folder of its files in the package.</summary>
    public required string Version { get; init; }

    /// <summary>The SHA-256 of the release's manifest.</summary>
    public required string Release { get; init; }

    /// <summary>Whether the lead's files travel too; if not, the lead stays in the cloud.</summary>
    public bool WithLead { get; init; }

    public required IReadOnlyList<PackageFile> Files { get; init; }

    /// <summary>The SHA-256 of its task's definition; null for a list without one.</summary>
    [JsonIgnore]
    public string? DefinitionHash => Files.FirstOrDefault(file => file.Name == TaskFile)?.Sha256;

    /// <summary>The size of all its files.</summary>
    internal long Bytes => Files.Sum(file => file.Bytes);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SiteJson.Options);

    public static string AddressOf(ReadOnlySpan<byte> written) => Convert.ToHexStringLower(SHA256.HashData(written));

    /// <summary>Reads a list that has the address, and checks that it can be carried out.</summary>
    /// <exception cref="PackageInvalidException">It has another address, is no list, or names what cannot be; with every problem.</exception>
    public static EdgePackage Read(ReadOnlySpan<byte> written, string address)
    {
        if (AddressOf(written) != address)
        {
            throw new PackageInvalidException($"the package's list has the sha256 {AddressOf(written)}, and {address} was signed for: it was changed or cut short");
        }

        try
        {
            var package = JsonSerializer.Deserialize<EdgePackage>(written, SiteJson.Options) ?? throw new JsonException("It is null.");
            var problems = PackageRules.Problems(package);
            return problems.Count == 0 ? package : throw new PackageInvalidException(string.Join("; ", problems));
        }
        catch (JsonException error)
        {
            throw new PackageInvalidException($"the package's list cannot be read: {error.Message}");
        }
    }
}
