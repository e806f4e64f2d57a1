namespace Understudy.Inference.Signing;

/// <summary>
/// Which keys are trusted, and which one signs. Without settings a machine trusts the keys that this product's own releases are signed
/// with, and a key of its own, which is made when something is signed for the first time. Thread-safe.
/// </summary>
public sealed class ReleaseKeys
{
    /// <summary>A PEM file, a folder of <c>*.pem</c> and <c>*.pub</c> files, or a PEM text: with it, these public keys are trusted and no others.</summary>
    public const string TrustVariable = "UNDERSTUDY_TRUST";

    /// <summary>A PEM file with a private key, or the https address of a key in a vault.</summary>
    public const string SigningKeyVariable = "UNDERSTUDY_SIGNING_KEY";

    private readonly Lazy<IReleaseSigner> _signer;

    public ReleaseKeys(ReleaseTrust trust, Func<IReleaseSigner> signer)
    {
        Trust = trust;
        _signer = new(signer, LazyThreadSafetyMode.PublicationOnly); // one that cannot be had is asked for again
    }

    public ReleaseTrust Trust { get; }

    /// <summary>Opened when first asked for.</summary>
    /// <exception cref="SigningException">There is no key that this machine could sign with.</exception>
    public IReleaseSigner Signer => _signer.Value;

    /// <summary>As the environment says.</summary>
    /// <param name="vault">Opens a key in a vault, where the program can.</param>
    /// <exception cref="SigningException">It names keys that cannot be read.</exception>
    public static ReleaseKeys OfThisMachine(Func<Uri, IReleaseSigner>? vault = null) =>
        From(Environment.GetEnvironmentVariable(TrustVariable), Environment.GetEnvironmentVariable(SigningKeyVariable), vault);

    /// <param name="trust">As <see cref="TrustVariable"/>; null or empty for the default.</param>
    /// <param name="signingKey">As <see cref="SigningKeyVariable"/>; null or empty for the machine's own.</param>
    /// <param name="vault">Opens a key in a vault, where the program can.</param>
    /// <exception cref="SigningException">The trusted keys cannot be read.</exception>
    public static ReleaseKeys From(string? trust, string? signingKey, Func<Uri, IReleaseSigner>? vault = null)
    {
        var inVault = Uri.TryCreate(signingKey, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps;
        var path = inVault ? null : string.IsNullOrEmpty(signingKey) ? OwnKey() : Path.GetFullPath(signingKey);
        var signer = new Lazy<IReleaseSigner>(() => inVault ? InVault(address!, vault) : InFile(path, isOwn: string.IsNullOrEmpty(signingKey)), LazyThreadSafetyMode.PublicationOnly);
        Func<byte[]?> own = inVault
            ? () => vault is null ? null : signer.Value.PublicKey
            : () => File.Exists(path) ? PemSigner.Load(path).PublicKey : null;
        return new(string.IsNullOrEmpty(trust) ? Default(own) : ReleaseTrust.Read(trust), () => signer.Value);
    }

    private static ReleaseTrust Default(Func<byte[]?> ownKey)
    {
        using var stream = typeof(ReleaseKeys).Assembly.GetManifestResourceStream("shipped-keys.pem")!;
        using var reader = new StreamReader(stream);
        return new(PublicKeys.Read(reader.ReadToEnd(), "shipped-keys.pem"), ownKey);
    }

    private static IReleaseSigner InVault(Uri address, Func<Uri, IReleaseSigner>? vault) => vault?.Invoke(address)
        ?? throw new SigningException($"This program cannot sign with the vault's key '{address}'. Name a PEM file in {SigningKeyVariable}, or sign with 'understudy release sign'.");

    private static PemSigner InFile(string? path, bool isOwn) => path is null
        ? throw new SigningException($"There is no folder for this user's data to keep a signing key in. Name a PEM file in {SigningKeyVariable}; 'understudy release keygen' makes one.")
        : isOwn && !File.Exists(path) ? PemSigner.Create(path) : PemSigner.Load(path);

    /// <summary>Null for a user without a folder of their own.</summary>
    private static string? OwnKey() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "understudy", "signing-key.pem")
            : null;
}
