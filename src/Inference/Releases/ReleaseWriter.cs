using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>Turns a folder of model files into a release. Thread-safe for different folders.</summary>
public static class ReleaseWriter
{
    /// <summary>Makes the folder for a release's files.</summary>
    /// <exception cref="ReleaseInvalidException">It holds a release already, and a release never changes.</exception>
    public static void Begin(string folder)
    {
        if (File.Exists(Path.Combine(folder, ReleaseManifest.FileName)))
        {
            throw new ReleaseInvalidException(folder, [$"{ReleaseManifest.FileName}: there is one already, and a release never changes. Write another version."]);
        }

        Directory.CreateDirectory(folder);
    }

    /// <summary>Carries out what makes the folder and writes a release into it. Where that fails, a folder that was not there before does not stay.</summary>
    public static ReleaseManifest Build(string folder, Func<ReleaseManifest> write)
    {
        var wasThere = Directory.Exists(folder);
        try
        {
            return write();
        }
        catch when (!wasThere && Directory.Exists(folder) && !File.Exists(Path.Combine(folder, ReleaseManifest.FileName)))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Why the release failed is what counts.
            }

            throw;
        }
    }

    /// <summary>
    /// Fills in the name, sha256 and size of every file in the folder, signs, and writes <c>release.json</c>, last and in one step:
    /// a folder without it is an unfinished release.
    /// </summary>
    /// <param name="folder"><c>models/{task}/{version}</c>, with the model files in it. Hidden files and <c>*.tmp</c> are left out.</param>
    /// <param name="manifest">Its <see cref="ReleaseManifest.Files"/> are ignored.</param>
    /// <param name="signer">Vouches for it; by default as <see cref="ReleaseKeys.OfThisMachine"/> says.</param>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="ReleaseInvalidException">
    /// The manifest or a file would not pass <see cref="ReleaseValidator"/>'s rules on fields, or there is a release in the folder; nothing was written.
    /// </exception>
    /// <exception cref="SigningException">There is no key to sign with.</exception>
    public static ReleaseManifest Write(string folder, ReleaseManifest manifest, IReleaseSigner? signer = null)
    {
        var (complete, bytes) = Complete(ref folder, manifest);
        AtomicFile.Write(Path.Combine(folder, ReleaseSignature.FileName), ReleaseSignature.Sign(bytes, signer ?? ReleaseKeys.OfThisMachine().Signer));
        AtomicFile.Write(Path.Combine(folder, ReleaseManifest.FileName), bytes);
        return complete;
    }

    /// <summary>The same without a signature: for <see cref="Release.LoadUnsigned"/>. What is written so never serves.</summary>
    /// <exception cref="ReleaseInvalidException">As with <see cref="Write"/>.</exception>
    public static void WriteUnsigned(string folder, ReleaseManifest manifest)
    {
        var (_, bytes) = Complete(ref folder, manifest);
        AtomicFile.Write(Path.Combine(folder, ReleaseManifest.FileName), bytes);
    }

    /// <summary>The SHA-256 in hex of the manifest that the folder's files would be written with: the same only if each of them is, and the manifest.</summary>
    /// <exception cref="ReleaseInvalidException">As with <see cref="Write"/>.</exception>
    public static string Fingerprint(string folder, ReleaseManifest manifest) => Convert.ToHexStringLower(SHA256.HashData(Complete(ref folder, manifest).Bytes));

    /// <summary>Signs a release that is there already, after checking that its files are those of its manifest. An earlier signature is replaced.</summary>
    /// <exception cref="ReleaseInvalidException">They are not, or the manifest is wrong.</exception>
    /// <exception cref="SigningException">There is no key to sign with.</exception>
    public static void Sign(string folder, IReleaseSigner signer)
    {
        folder = Path.GetFullPath(folder);
        var reader = new ReleaseReader(folder, TimeProvider.System, trust: null);
        reader.Read()?.Dispose();
        if (reader.Problems.Count > 0)
        {
            throw new ReleaseInvalidException(folder, reader.Problems);
        }

        var manifest = File.ReadAllBytes(Path.Combine(folder, ReleaseManifest.FileName));
        AtomicFile.Write(Path.Combine(folder, ReleaseSignature.FileName), ReleaseSignature.Sign(manifest, signer));
    }

    private static (ReleaseManifest Manifest, byte[] Bytes) Complete(ref string folder, ReleaseManifest manifest)
    {
        folder = Path.GetFullPath(folder);
        Begin(folder);
        var complete = manifest with { Files = Files(folder) };
        List<string> problems = [];
        ManifestRules.Check(complete, folder, problems);
        if (problems.Count > 0)
        {
            throw new ReleaseInvalidException(folder, problems);
        }

        return (complete, JsonSerializer.SerializeToUtf8Bytes(complete, JsonShape.Options));
    }

    private static List<ReleaseFile> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(file => file.Name is not (ReleaseManifest.FileName or ReleaseSignature.FileName) && !file.Name.EndsWith(".tmp", StringComparison.Ordinal) && !file.Name.Split('/').Any(p => p.StartsWith('.')))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new ReleaseFile(file.Name, FileRules.Hash(file.Path), new FileInfo(file.Path).Length))];
}
