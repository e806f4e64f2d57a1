namespace Understudy.Inference.Signing;

/// <summary>Holds a private key and signs with it: ECDSA over P-256 and SHA-256 (ES256). Implementations are thread-safe.</summary>
public interface IReleaseSigner
{
    /// <summary>Of the public key, as <see cref="PublicKeys.IdOf"/> computes it.</summary>
    string KeyId { get; }

    /// <summary>The public half, as SubjectPublicKeyInfo.</summary>
    byte[] PublicKey { get; }

    /// <summary>The signature over the content's exact bytes: r and s, 32 bytes each.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);
}
