using System.Security.Cryptography;

namespace Understudy.Inference.Signing;

/// <summary>Signs with a private key from a PEM file. Thread-safe.</summary>
public sealed class PemSigner : IReleaseSigner
{
    private readonly byte[] _privateKey;

    private PemSigner(ECDsa key)
    {
        _privateKey = key.ExportPkcs8PrivateKey();
        PublicKey = key.ExportSubjectPublicKeyInfo();
        KeyId = PublicKeys.IdOf(PublicKey);
    }

    public string KeyId { get; }

    /// <summary>The public half as PEM.</summary>
    public string PublicPem => PemEncoding.WriteString("PUBLIC KEY", PublicKey);

    public byte[] PublicKey { get; }

    /// <exception cref="SigningException">It is missing or is no P-256 key.</exception>
    public static PemSigner Load(string path)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(path));
            return key.KeySize == 256 ? new(key) : throw new SigningException($"'{path}' holds no key on the curve P-256. Make one with 'understudy release keygen'.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new SigningException($"The signing key '{path}' cannot be read: {error.Message} Make one with 'understudy release keygen', or name another in {ReleaseKeys.SigningKeyVariable}.", error);
        }
    }

    /// <summary>Makes a new key, readable by its user only. The file appears whole; when another process was faster, its key is taken.</summary>
    /// <exception cref="SigningException">The file cannot be written.</exception>
    public static PemSigner Create(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var next = $"{path}.{Guid.NewGuid():N}.tmp";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(next, options))
            {
                writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
            }

            Keep(next, path);
            return Load(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SigningException($"The signing key '{path}' cannot be written: {error.Message} Name another place in {ReleaseKeys.SigningKeyVariable}.", error);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_privateKey, out _);
        return key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static void Keep(string next, string path)
    {
        try
        {
            File.Move(next, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(next);
        }
    }
}
