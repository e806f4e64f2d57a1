using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>
/// Who vouches for a release: <c>release.sig</c> beside the manifest, over the manifest's exact bytes. It stands apart so that nothing has to be
/// written in a canonical form, and so that another key can vouch for the same release, whose address (the manifest's hash) stays.
/// </summary>
/// <param name="KeyId">The key that signed.</param>
/// <param name="Algorithm"><c>ES256</c>.</param>
/// <param name="Signature">r and s, 64 bytes in Base64.</param>
internal sealed record ReleaseSignature(string KeyId, string Algorithm, string Signature)
{
    public const string FileName = "release.sig";

    private const string Es256 = "ES256";

    /// <summary>The content of the file for a manifest.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> manifest, IReleaseSigner signer) => JsonSerializer.SerializeToUtf8Bytes(
        new ReleaseSignature(signer.KeyId, Es256, Convert.ToBase64String(signer.Sign(manifest))), JsonShape.Options);

    /// <summary>The manifest's hash: the release's address.</summary>
    public static string AddressOf(ReadOnlySpan<byte> manifest) => Convert.ToHexStringLower(SHA256.HashData(manifest));

    /// <summary>Reads the folder's signature and adds a problem unless a trusted key made it over exactly these bytes.</summary>
    public static void Check(string folder, ReadOnlySpan<byte> manifest, ReleaseTrust trust, List<string> problems)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(Path.Combine(folder, FileName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{FileName}: it cannot be read, and an unsigned release never serves. Sign it with a key that is trusted here: understudy release sign --task {TaskOf(folder)} {Path.GetFileName(folder)}.");
            return;
        }

        Check(file, manifest, trust, problems);
    }

    /// <inheritdoc cref="Check(string,ReadOnlySpan{byte},ReleaseTrust,List{string})"/>
    public static void Check(ReadOnlySpan<byte> signatureFile, ReadOnlySpan<byte> manifest, ReleaseTrust trust, List<string> problems)
    {
        ReleaseSignature signature;
        Span<byte> bytes = stackalloc byte[64];
        try
        {
            signature = JsonSerializer.Deserialize<ReleaseSignature>(signatureFile, JsonShape.Options)!;
            if (signature is not { Algorithm: Es256, Signature: not null, KeyId: not null } || !Convert.TryFromBase64String(signature.Signature, bytes, out var length) || length != bytes.Length)
            {
                throw new JsonException();
            }
        }
        catch (JsonException)
        {
            problems.Add($"{FileName}: it is no {Es256} signature. Sign the release again.");
            return;
        }

        if (!trust.Knows(signature.KeyId))
        {
            problems.Add($"{FileName}: key '{signature.KeyId}' signed it, which is not trusted here (trusted: {string.Join(", ", trust.KeyIds)}). Sign it with a trusted key, or add that key to {ReleaseKeys.TrustVariable}.");
        }
        else if (!trust.Verify(signature.KeyId, manifest, bytes))
        {
            problems.Add($"{FileName}: the signature does not fit {ReleaseManifest.FileName}: one of the two was changed after it was signed. Copy the release again.");
        }
    }

    private static string TaskOf(string folder) => Path.GetFileName(Path.GetDirectoryName(folder)) ?? "TASK";
}
