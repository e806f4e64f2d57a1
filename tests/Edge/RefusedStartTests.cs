using System.Net;
using System.Net.Sockets;
using Understudy.Hosting;
using Understudy.Tests;

namespace Understudy.Edge.Tests;

public sealed class RefusedStartTests : IDisposable
{
    private const string Storage = "--Edge:Storage=UseDevelopmentStorage=true";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--Edge:Storage=xx", "Edge:Storage: it is neither a connection string nor an address")]
    [InlineData("--Edge:Storage=AccountName=a;AccountKey=*", "Edge:Storage: it is neither a connection string nor an address")]
    [InlineData("--Edge:BodyBytes=abc", "'abc' at 'Edge:BodyBytes'")]
    [InlineData("--Edge:BodyBytes=-1", "BodyBytes must be between")]
    public async Task Start_SettingCannotBe_IsToldInOneLine(string setting, string message) => (await StartAsync("http://127.0.0.1:0", setting)).AssertRefused(message);

    [Theory]
    [InlineData("")]
    [InlineData("{\"mail\":{\"sequence\":")]
    [InlineData("null")]
    [InlineData("{\"mail\":null}")]
    public async Task Start_MemoryIsDamaged_IsToldInOneLine(string content)
    {
        var memory = _folder.At("data", "memory.json");
        Directory.CreateDirectory(Path.GetDirectoryName(memory)!);
        await File.WriteAllTextAsync(memory, content, TestContext.Current.CancellationToken);

        (await StartAsync("http://127.0.0.1:0")).AssertRefused($"--data: '{memory}' cannot be read");
        Assert.Equal(content, await File.ReadAllTextAsync(memory, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_AnotherAgentWorksInTheFolder_IsToldInOneLine()
    {
        Directory.CreateDirectory(_folder.At("data"));
        using var held = FileLock.TryTake(_folder.At("data", DataFolder.LockFile));

        (await StartAsync("http://127.0.0.1:0")).AssertRefused($"--data: '{_folder.At("data")}' is in use by another agent.");
    }

    [Fact]
    public async Task Start_FolderIsAnotherSites_IsToldInOneLine()
    {
        await using (TestSite.Build(_folder.At("data"), "UseDevelopmentStorage=true", "lighthouse"))
        {
        }

        (await StartAsync("http://127.0.0.1:0")).AssertRefused($"--data: '{_folder.At("data")}' is the folder of site 'lighthouse', and this is 'harbour'.");
    }

    [Fact]
    public async Task Start_PortTaken_IsToldInOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        (await StartAsync($"http://{taken.LocalEndpoint}")).AssertRefused($"--urls: Failed to bind to address http://{taken.LocalEndpoint}: address already in use.");
    }

    /// <summary>One that is set aside for documentation.</summary>
    [Fact]
    public async Task Start_AddressOfAnotherMachine_IsToldInOneLine() => (await StartAsync("http://192.0.2.1:7091")).AssertRefused("--urls: ");

    public void Dispose() => _folder.Dispose();

    private Task<EndedHost> StartAsync(string url, string setting = Storage) =>
        EndedHost.RunAsync(typeof(EdgeSettings), ["--site", "harbour", "--urls", url, "--data", _folder.At("data"), Storage, setting]);
}
