namespace Understudy.Inference.Signing;

/// <summary>The public keys whose signatures count. Immutable and thread-safe.</summary>
public sealed class ReleaseTrust
{
    private readonly Dictionary<string, byte[]> _keys;
    private readonly Func<byte[]?> _late;

    /// <param name="keys">As SubjectPublicKeyInfo.</param>
    /// <param name="late">A key that may come into being later: asked for when a signature names a key that is not known.</param>
    internal ReleaseTrust(IEnumerable<byte[]> keys, Func<byte[]?>? late = null)
    {
        _keys = keys.DistinctBy(key => PublicKeys.IdOf(key)).ToDictionary(key => PublicKeys.IdOf(key));
        _late = late ?? (() => null);
    }

    /// <summary>The keys' names, for messages.</summary>
    public IReadOnlyCollection<string> KeyIds => _keys.Keys;

    /// <summary>Trusts the public keys in PEM texts.</summary>
    /// <exception cref="SigningException">A text holds none, or one that is no P-256 key.</exception>
    public static ReleaseTrust Of(params string[] pems) => new(pems.SelectMany(pem => PublicKeys.Read(pem, "the trusted keys")));

    /// <summary>Reads a PEM file, a folder of <c>*.pem</c> and <c>*.pub</c> files, or a PEM text.</summary>
    /// <exception cref="SigningException">There is no key, or one is no P-256 key.</exception>
    public static ReleaseTrust Read(string fileFolderOrText)
    {
        if (fileFolderOrText.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return Of(fileFolderOrText);
        }

        string[] files = Directory.Exists(fileFolderOrText) ? [.. Directory.EnumerateFiles(fileFolderOrText).Where(file => Path.GetExtension(file) is ".pem" or ".pub").Order(StringComparer.Ordinal)] : [fileFolderOrText];
        try
        {
            return files.Length > 0
                ? new(files.SelectMany(file => PublicKeys.Read(File.ReadAllText(file), file)))
                : throw new SigningException($"'{fileFolderOrText}' holds no *.pem or *.pub file. Put the public keys that may sign releases there.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SigningException($"The trusted keys '{fileFolderOrText}' cannot be read: {error.Message} Name a PEM file, a folder of them, or the PEM text itself.", error);
        }
    }

    /// <summary>All of them as one PEM text, as <see cref="Read"/> takes it; the late one too, where it can be had.</summary>
    public string ToPem()
    {
        var keys = _late() is { } late ? [.. _keys.Values, late] : _keys.Values.ToList();
        return string.Join('\n', keys.DistinctBy(key => PublicKeys.IdOf(key)).Select(PublicKeys.ToPem));
    }

    /// <summary>The same keys while the late one cannot be had: a signature that needs it is told why at once.</summary>
    internal ReleaseTrust Without(SigningException late) => new(_keys.Values, () => throw late);

    public bool Knows(string keyId) => Find(keyId) is not null;

    /// <summary>Whether a known key made the signature over exactly this content.</summary>
    public bool Verify(string keyId, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        Find(keyId) is { } key && PublicKeys.Verify(key, content, signature);

    private byte[]? Find(string keyId) =>
        _keys.TryGetValue(keyId, out var key) ? key : _late() is { } late && PublicKeys.IdOf(late) == keyId ? late : null;
}
