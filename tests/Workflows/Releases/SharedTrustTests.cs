using Azure.Storage.Blobs;
using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Tests;
using static Understudy.Workflows.Tests.Releases.SharedStorage;

namespace Understudy.Workflows.Tests.Releases;

/// <summary>Machines that share one container whose content cannot be trusted, or whose keys or storage cannot be reached.</summary>
public sealed class SharedTrustTests : IAsyncLifetime
{
    private const string Mail = TestModels.Task;

    /// <summary>A task that the product ships, signed with a key that is always known.</summary>
    private const string Shipped = "mail-triage";

    private readonly SharedStorage _storage = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Follow_ReleaseThatCannotBeTrusted_LeavesWhatServes()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b", withSeed: false));
        Serving(a);
        Serving(b);
        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        await _storage.Container.GetBlobClient($"mail/{TestModels.Second}/release.sig").UploadAsync(new BinaryData("{}"), overwrite: true, Cancelled);

        b.Follow();

        Assert.Equal(TestModels.First, Serving(b));
        Assert.Equal(TestModels.First, b.Channel(Mail, "stable"));
    }

    [Fact]
    public async Task Follow_PointerThatIsOlder_IsNotTaken()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        Serving(a);
        var pointer = _storage.Container.GetBlobClient("mail/channels/stable.json");
        var old = (await pointer.DownloadContentAsync(Cancelled)).Value.Content;
        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        Assert.Equal(TestModels.Second, Serving(b));

        await pointer.UploadAsync(old, overwrite: true, Cancelled);
        b.Follow();

        Assert.Equal(TestModels.Second, Serving(b));
        Assert.Equal(TestModels.Second, Serving(_storage.Machine("b"))); // nor after a restart: the number is kept in the folder
    }

    [Fact]
    public async Task Vault_Away_OtherTasksServeAndItsOwnFollowOnceItIsBack()
    {
        await _storage.Machine("a").PromoteAsync(Mail, TestModels.Second, Cancelled);
        await ShipAsync("task.json");
        await ShipAsync("channels/stable.json");
        var vault = new Vault { IsAway = true };
        var b = _storage.Machine("b", withSeed: false, vault.Keys);

        Assert.Equal("v3", b.Channel(Shipped, "stable"));
        Assert.Contains("cannot be reached", Assert.Throws<SigningException>(() => Serving(b)).Message, StringComparison.Ordinal);
        Assert.Throws<SigningException>(() => b.Channel(Mail, "previous"));
        List<ReleaseInvalidException> told = [];
        Assert.Null(b.ValidPointer(Mail, "previous", told.Add)); // who asks about many tasks
        Assert.Single(told);
        Assert.Equal(1, vault.Asked);
        await Assert.ThrowsAsync<SigningException>(() => b.PromoteAsync(Mail, TestModels.First, Cancelled));

        vault.IsAway = false;
        b.Follow();

        Assert.Equal(TestModels.Second, Serving(b));
        Assert.Equal((TestModels.First, "v3"), (b.Channel(Mail, "previous"), b.Channel(Shipped, "stable")));
    }

    [Fact]
    public async Task Vault_AwayWhileAPointerWasForged_IsNotFollowedOnceItIsBack()
    {
        Serving(_storage.Machine("a"));
        var pointer = _storage.Container.GetBlobClient("mail/channels/stable.json");
        var signed = (await pointer.DownloadContentAsync(Cancelled)).Value.Content.ToString();
        await pointer.UploadAsync(new BinaryData(signed.Replace(TestModels.First, TestModels.Second, StringComparison.Ordinal)), overwrite: true, Cancelled);
        var vault = new Vault { IsAway = true };
        var b = _storage.Machine("b", withSeed: false, vault.Keys);
        Assert.Throws<SigningException>(() => Serving(b));

        vault.IsAway = false;
        b.Follow();

        Assert.Null(b.Channel(Mail, "stable"));
        Assert.Throws<ReleaseNotFoundException>(() => Serving(b));
    }

    [Fact]
    public async Task Storage_Away_WhatServesGoesOnAndPromotingIsRefused()
    {
        await using var storage = new SharedStorage(owns: true);
        await storage.InitializeAsync();
        var a = storage.Machine("a");
        Serving(a);
        await storage.GoAwayAsync();

        Assert.Throws<ReleasesAwayException>(a.Follow);
        await Assert.ThrowsAsync<ReleasesAwayException>(() => a.PromoteAsync(Mail, TestModels.Second, Cancelled));
        Assert.Equal(TestModels.First, Serving(a));
        Assert.Equal(TestModels.First, Serving(storage.Machine("a"))); // a process that starts on the folder, too
        Assert.Throws<ReleasesAwayException>(() => storage.Machine("new").Tasks);

        await storage.ComeBackAsync();
        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        Assert.Equal(TestModels.Second, Serving(storage.Machine("new")));
    }

    private Task ShipAsync(string file)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Serverless.sln")))
        {
            root = root.Parent!;
        }

        return _storage.Container.GetBlobClient($"{Shipped}/{file}").UploadAsync(Path.Combine(root.FullName, "models", Shipped, file), Cancelled);
    }

    /// <summary>The tests' key, in a vault.</summary>
    private sealed class Vault : IReleaseSigner
    {
        private readonly IReleaseSigner _key = ReleaseKeys.OfThisMachine().Signer;

        public bool IsAway { get; set; }

        public int Asked { get; private set; }

        public ReleaseKeys Keys => ReleaseKeys.From(null, "https://stage.vault.azure.net/keys/release-signing", _ => this);

        public string KeyId => Key().KeyId;

        public byte[] PublicKey => Key().PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> content) => Key().Sign(content);

        private IReleaseSigner Key()
        {
            Asked++;
            return IsAway ? throw new SigningException("The vault's key cannot be reached: no answer") : _key;
        }
    }
}
