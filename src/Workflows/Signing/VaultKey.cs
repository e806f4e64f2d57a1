using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Inference.Signing;

namespace Understudy.Workflows.Signing;

/// <summary>What a vault says of a key.</summary>
/// <param name="Address">With its version, so that what is signed and what is published belong together.</param>
/// <param name="PublicKey">As SubjectPublicKeyInfo.</param>
internal sealed record VaultKey(string Address, byte[] PublicKey)
{
    public string KeyId { get; } = PublicKeys.IdOf(PublicKey);

    /// <param name="answer"><c>{"key":{"kid":…,"kty":"EC","crv":"P-256","x":…,"y":…}}</c>.</param>
    /// <param name="asked">The address that was asked.</param>
    /// <exception cref="SigningException">It is no P-256 key.</exception>
    public static VaultKey Read(JsonElement answer, Uri asked)
    {
        try
        {
            var key = answer.GetProperty("key");
            if (key.GetProperty("kty").GetString() is not ("EC" or "EC-HSM") || key.GetProperty("crv").GetString() != "P-256")
            {
                throw new SigningException($"The vault's key '{asked}' does not lie on the curve P-256. Make one of type EC on that curve.");
            }

            var point = new ECPoint { X = Coordinate(key, "x"), Y = Coordinate(key, "y") };
            using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return new(key.GetProperty("kid").GetString()!, ecdsa.ExportSubjectPublicKeyInfo());
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or CryptographicException)
        {
            throw new SigningException($"'{asked}' does not answer as a key of a vault does. Check {ReleaseKeys.SigningKeyVariable}.", error);
        }
    }

    private static byte[] Coordinate(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
