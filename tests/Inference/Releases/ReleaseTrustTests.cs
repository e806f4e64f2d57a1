using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Tests.Releases;

/// <summary>What is not signed, changed after it was signed, or older than what was seen never serves, and what served goes on.</summary>
public sealed class ReleaseTrustTests : IDisposable
{
    private const string Task = ModelsFolder.Task;
    private readonly ModelsFolder _models = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ReleaseCatalog _catalog;

    public ReleaseTrustTests()
    {
        _models.WriteRelease("1.0");
        _models.WriteRelease("1.1.0");
        _catalog = new(_models.Root, _time);
        _catalog.PromoteAsync(Task, "1.0").GetAwaiter().GetResult();
    }

    private string Channel(string name) => Path.Combine(_models.Root, Task, "channels", $"{name}.json");

    [Fact]
    public void Acquire_UnsignedRelease_IsRefusedAndListedWithTheReason()
    {
        File.Delete(_models.SignaturePath("1.1.0"));
        AssertRefused("release.sig: it cannot be read");
    }

    [Fact]
    public void Acquire_TamperedManifest_IsRefusedAndListedWithTheReason()
    {
        File.WriteAllText(_models.ManifestPath("1.1.0"), File.ReadAllText(_models.ManifestPath("1.1.0")).Replace("0.95", "0.05"));
        AssertRefused("does not fit release.json");
    }

    [Fact]
    public void Acquire_SignatureOfAnotherRelease_IsRefused()
    {
        File.Copy(_models.SignaturePath("1.0"), _models.SignaturePath("1.1.0"), overwrite: true);
        AssertRefused("does not fit release.json");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"keyId":"a","algorithm":"none","signature":""}""")]
    [InlineData("""{"keyId":"a","algorithm":"ES256","signature":"AAAA"}""")]
    public void Acquire_WhatIsNoSignature_IsRefused(string signature)
    {
        File.WriteAllText(_models.SignaturePath("1.1.0"), signature);
        AssertRefused("it is no ES256 signature");
    }

    [Fact]
    public void Acquire_SignedByAnUntrustedKey_IsRefusedUntilATrustedOneSigns()
    {
        ReleaseWriter.Sign(_models.Folder("1.1.0"), Stranger());
        AssertRefused("is not trusted here");
        ReleaseWriter.Sign(_models.Folder("1.1.0"), _catalog.Keys.Signer);
        _catalog.Acquire(Task, "1.1.0").Dispose();
    }

    [Fact]
    public void Sign_FilesThatAreNotTheManifests_IsRefused()
    {
        File.AppendAllText(Path.Combine(_models.Folder("1.1.0"), "lead.onnx"), "x");
        Assert.Contains("lead.onnx", Assert.Throws<ReleaseInvalidException>(() => ReleaseWriter.Sign(_models.Folder("1.1.0"), _catalog.Keys.Signer)).Message);
    }

    [Fact]
    public async Task Acquire_OlderPointerPutBack_GoesOnServingTheNewerRelease()
    {
        var old = File.ReadAllBytes(Channel("stable"));
        await _catalog.PromoteAsync(Task, "1.1.0");
        File.WriteAllBytes(Channel("stable"), old);
        AssertServes("1.1.0");
        Assert.Contains("an older one was put back", Assert.Throws<ReleaseInvalidException>(() => _catalog.Channel(Task, "stable")).Message);
    }

    [Fact]
    public async Task Acquire_PointerByAnUntrustedKey_GoesOnServing()
    {
        var keys = new ReleaseKeys(_catalog.Keys.Trust, Stranger);
        new ChannelFiles(Task, Path.Combine(_models.Root, Task), keys, _time).Move("stable", _catalog.Pointer(Task, "stable"), "1.1.0", _models.Address("1.1.0"));
        AssertServes("1.0");
        Assert.Contains("no key that is trusted here", (await Assert.ThrowsAsync<ReleaseInvalidException>(() => _catalog.PromoteAsync(Task, "1.1.0"))).Message);

        // As the message says: deleted and promoted again, with a number that is above every one before.
        File.Delete(Channel("stable"));
        await _catalog.PromoteAsync(Task, "1.1.0");
        AssertServes("1.1.0");
    }

    [Fact]
    public async Task Acquire_PointerOfAnotherChannel_GoesOnServing()
    {
        await _catalog.NominateAsync(Task, "1.1.0");
        File.Copy(Channel("candidate"), Channel("stable"), overwrite: true);
        AssertServes("1.0");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("""{"version":"../1.0","sequence":1,"movedAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"version":"1.1.0","sequence":9223372036854775807,"movedAt":"2026-01-01T00:00:00Z"}""")]
    public void Acquire_PointerThatIsNone_GoesOnServing(string content)
    {
        File.WriteAllText(Channel("stable"), content);
        AssertServes("1.0");
    }

    [Fact]
    public async Task Acquire_OtherReleaseUnderThePointedName_IsRefused()
    {
        await _catalog.PromoteAsync(Task, "1.1.0");
        _models.Edit("1.1.0", manifest => manifest["recipe"] = "another");
        using var other = new ReleaseCatalog(_models.Root);
        Assert.Contains("another release took the name", Assert.Throws<ReleaseInvalidException>(() => other.Acquire(Task)).Message);
    }

    [Fact]
    public async Task PromoteAsync_ChannelMovedMeanwhile_LeavesWhatTheOtherDid()
    {
        var files = new ChannelFiles(Task, Path.Combine(_models.Root, Task), _catalog.Keys, _time);
        var seen = files.Read("stable");
        await _catalog.PromoteAsync(Task, "1.1.0");
        Assert.Contains("1.1.0", Assert.Throws<ChannelMovedException>(() => files.Move("stable", seen, "1.0", _models.Address("1.0"))).Message);
        Assert.Equal("1.1.0", _catalog.Channel(Task, "stable"));
    }

    [Fact]
    public async Task PromoteAsync_StableChannelCannotMove_ThePreviousOnePointsWhereItDid()
    {
        using var catalog = await ServingTheSecondAsync(signature => signature != 2);

        await Assert.ThrowsAsync<SigningException>(() => catalog.PromoteAsync(Task, "1.2.00"));

        Assert.Equal(("1.1.0", "1.0"), (catalog.Channel(Task, "stable"), catalog.Channel(Task, "previous")));
        await catalog.RollbackAsync(Task);
        Assert.Equal(("1.0", "1.1.0"), (catalog.Channel(Task, "stable"), catalog.Channel(Task, "previous")));
    }

    [Fact]
    public async Task RollbackAsync_PreviousPointsToWhatServes_SaysSo()
    {
        using var catalog = await ServingTheSecondAsync(signature => signature is 1 or > 3);
        await Assert.ThrowsAsync<SigningException>(() => catalog.PromoteAsync(Task, "1.2.00")); // and what it moved cannot be put back
        Assert.Equal("1.1.0", catalog.Channel(Task, "previous"));

        Assert.Contains("is what serves", (await Assert.ThrowsAsync<ReleaseNotFoundException>(() => catalog.RollbackAsync(Task))).Message);

        Assert.Equal("1.1.0", catalog.Channel(Task, "stable"));
    }

    [Fact]
    public async Task Move_ManyAtOnce_OneOfEachRoundWins()
    {
        var folder = Path.Combine(_models.Root, Task);
        for (var round = 0; round < 5; round++)
        {
            var seen = _catalog.Pointer(Task, "stable");
            var won = 0;
            await Parallel.ForAsync(0, 8, (_, _) =>
            {
                try
                {
                    new ChannelFiles(Task, folder, _catalog.Keys, _time).Move("stable", seen, "1.1.0", _models.Address("1.1.0"));
                    Interlocked.Increment(ref won);
                }
                catch (ChannelMovedException)
                {
                }

                return ValueTask.CompletedTask;
            });
            Assert.Equal(1, won);
        }
    }

    [Fact]
    public void Statement_AnyFieldChanged_IsNoLongerSigned()
    {
        var pointer = _catalog.Pointer(Task, "stable")!;
        var trust = _catalog.Keys.Trust;
        Assert.True(JsonSerializer.Deserialize<ChannelPointer>(JsonSerializer.Serialize(pointer))!.IsSignedFor(Task, "stable", trust));
        Assert.All(
            [
                pointer with { Version = "1.1.0" },
                pointer with { Manifest = pointer.Manifest!.Replace(pointer.Manifest[0], pointer.Manifest[0] == 'a' ? 'b' : 'a') },
                pointer with { Sequence = pointer.Sequence + 1 },
                pointer with { MovedAt = pointer.MovedAt.AddTicks(1) },
                pointer with { Signature = "" },
            ],
            changed => Assert.False(changed.IsSignedFor(Task, "stable", trust)));
        Assert.False(pointer.IsSignedFor(Task, "candidate", trust));
        Assert.False(pointer.IsSignedFor("other", "stable", trust));
    }

    [Fact]
    public void Next_AfterTheHighestNumber_IsRefusedAndNotCountedFromTheBottom()
    {
        var last = _catalog.Pointer(Task, "stable")! with { Sequence = long.MaxValue };

        Assert.Throws<ReleaseInvalidException>(() => ChannelPointer.Next(Task, "stable", last, last.Version, last.Manifest, last.MovedAt, _catalog.Keys.Signer));
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    /// <summary>The second release serves after the first, and there is a third.</summary>
    /// <param name="signs">By their count from here: which signatures are made.</param>
    private async Task<ReleaseCatalog> ServingTheSecondAsync(Func<int, bool> signs)
    {
        await _catalog.PromoteAsync(Task, "1.1.0");
        _models.WriteRelease("1.2.00");
        return new(_models.Root, _time, new(_catalog.Keys.Trust, () => new UnsteadySigner(_catalog.Keys.Signer, signs)));
    }

    private PemSigner Stranger() => PemSigner.Create(Path.Combine(_models.Root, "stranger.pem"));

    private void AssertRefused(string reason)
    {
        Assert.Contains(reason, Assert.Throws<ReleaseInvalidException>(() => _catalog.Acquire(Task, "1.1.0")).Message);
        Assert.Contains(reason, Assert.ThrowsAsync<ReleaseInvalidException>(() => _catalog.PromoteAsync(Task, "1.1.0")).GetAwaiter().GetResult().Message);
        Assert.Contains(reason, _catalog.List(Task).Single(release => release.Version == "1.1.0").Problem);
        AssertServes("1.0");
    }

    private void AssertServes(string version)
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        using var lease = _catalog.Acquire(Task);
        Assert.Equal(version, lease.Release.Manifest.Version);
    }

    private sealed class UnsteadySigner(IReleaseSigner inner, Func<int, bool> signs) : IReleaseSigner
    {
        private int _signatures;

        public string KeyId => inner.KeyId;

        public byte[] PublicKey => inner.PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> content) => signs(++_signatures) ? inner.Sign(content) : throw new SigningException("The vault is away.");
    }
}
