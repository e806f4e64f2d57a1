using System.Security.Cryptography;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Tests.Signing;

public sealed class ReleaseKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("understudy").FullName;

    private string KeyFile => Path.Combine(_folder, "keys", "key.pem");

    [Fact]
    public void Verify_SignatureOfATrustedKey_HoldsForThoseBytesOnly()
    {
        var signer = PemSigner.Create(KeyFile);
        var trust = ReleaseTrust.Of(signer.PublicPem);
        var signature = signer.Sign([1, 2, 3]);
        Assert.Equal(64, signature.Length);
        Assert.True(trust.Verify(signer.KeyId, [1, 2, 3], signature));
        Assert.False(trust.Verify(signer.KeyId, [1, 2, 4], signature));
        Assert.False(trust.Verify(signer.KeyId, [1, 2, 3], PemSigner.Create(Path.Combine(_folder, "other.pem")).Sign([1, 2, 3])));
        Assert.False(trust.Verify("0000000000000000", [1, 2, 3], signature));
    }

    [Fact]
    public void Create_FileThatIsThere_TakesItsKey() =>
        Assert.Equal(PemSigner.Create(KeyFile).KeyId, PemSigner.Create(KeyFile).KeyId);

    [Fact]
    public void Create_NewKey_IsForItsUserOnly()
    {
        PemSigner.Create(KeyFile);
        Assert.Equal([KeyFile], Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }
    }

    [Fact]
    public void From_NothingSaid_TrustsShippedKeysAndTheSigningKeyOnceItIsThere()
    {
        var keys = ReleaseKeys.From(null, KeyFile);
        var shipped = keys.Trust.KeyIds.ToList();
        Assert.Equal(3, shipped.Count);
        Assert.Throws<SigningException>(() => keys.Signer);
        var own = PemSigner.Create(KeyFile).KeyId;
        Assert.DoesNotContain(own, shipped);
        Assert.True(keys.Trust.Knows(own));
        Assert.Equal(own, keys.Signer.KeyId);
        Assert.All(shipped, key => Assert.True(keys.Trust.Knows(key)));
    }

    [Fact]
    public void From_TrustSaid_TrustsNoOtherKey()
    {
        var own = PemSigner.Create(KeyFile);
        var other = PemSigner.Create(Path.Combine(_folder, "other.pem"));
        File.WriteAllText(Path.Combine(_folder, "keys", "b.pem"), other.PublicPem);
        File.Delete(KeyFile);
        Assert.All(
            [ReleaseKeys.From(other.PublicPem, KeyFile), ReleaseKeys.From(Path.Combine(_folder, "keys"), KeyFile), ReleaseKeys.From(Path.Combine(_folder, "keys", "b.pem"), KeyFile)],
            keys => Assert.Equal([other.KeyId], keys.Trust.KeyIds));
        Assert.False(ReleaseKeys.From(other.PublicPem, KeyFile).Trust.Knows(own.KeyId));
    }

    [Fact]
    public void From_KeyInAVault_AsksTheVault()
    {
        var signer = PemSigner.Create(KeyFile);
        Assert.Same(signer, ReleaseKeys.From(null, "https://vault.example/keys/releases", _ => signer).Signer);
        Assert.Contains("vault", Assert.Throws<SigningException>(() => ReleaseKeys.From(null, "https://vault.example/keys/releases").Signer).Message);
    }

    [Fact]
    public void Read_WhatIsNoKey_SaysWhich()
    {
        var file = Path.Combine(_folder, "a.pem");
        File.WriteAllText(file, "hello");
        Assert.Contains(file, Assert.Throws<SigningException>(() => ReleaseTrust.Read(file)).Message);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Contains("P-256", Assert.Throws<SigningException>(() => ReleaseTrust.Of(p384.ExportSubjectPublicKeyInfoPem())).Message);
        File.WriteAllText(file, p384.ExportPkcs8PrivateKeyPem());
        Assert.Contains("P-256", Assert.Throws<SigningException>(() => PemSigner.Load(file)).Message);
        Assert.Throws<SigningException>(() => ReleaseTrust.Read(Path.Combine(_folder, "nothing.pem")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
