using System.Security.Cryptography;

namespace Understudy.Inference.Signing;

/// <summary>Reads ECDSA public keys on the curve P-256.</summary>
public static class PublicKeys
{
    private const string Label = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>The name of a key: the first 16 hexadecimal digits of the SHA-256 of its SubjectPublicKeyInfo.</summary>
    public static string IdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo).AsSpan(0, 8));

    /// <summary>Every <c>PUBLIC KEY</c> block of a PEM text, as SubjectPublicKeyInfo; what stands between blocks is comment.</summary>
    /// <exception cref="SigningException">There is none, or one is no P-256 key.</exception>
    internal static IReadOnlyList<byte[]> Read(string pem, string where)
    {
        List<byte[]> keys = [];
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is Label)
            {
                keys.Add(Checked(Convert.FromBase64String(rest[fields.Base64Data].ToString()), where));
            }

            rest = rest[fields.Location.End..];
        }

        return keys.Count > 0 ? keys : throw new SigningException($"{where}: there is no 'BEGIN {Label}' block. Give the public half of a signing key as PEM; 'understudy release keygen' writes both.");
    }

    /// <summary>A key as PEM, below its name.</summary>
    internal static string ToPem(byte[] subjectPublicKeyInfo) => $"{IdOf(subjectPublicKeyInfo)}\n{PemEncoding.WriteString(Label, subjectPublicKeyInfo)}\n";

    /// <summary>Whether the key made the signature (r and s) over exactly this content.</summary>
    /// <param name="key">As SubjectPublicKeyInfo.</param>
    /// <param name="content">Every byte of it.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(byte[] key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key, out _);
        return ecdsa.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static byte[] Checked(byte[] key, string where)
    {
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(key, out _);
            return ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
                ? key
                : throw new SigningException($"{where}: a key lies on another curve than P-256. Make one with 'understudy release keygen'.");
        }
        catch (CryptographicException error)
        {
            throw new SigningException($"{where}: a key cannot be read: {error.Message} Copy it again.", error);
        }
    }
}
