using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Understudy.LocalHost.Storage;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Storage;

public sealed class AzuriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private AzuriteOptions Options => AzuriteOptions.Find(_folder.At("storage"), AppContext.BaseDirectory);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResumeAsync_AfterAPause_ServesTheSameBlobsAtTheSameAddress()
    {
        await using var azurite = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled);
        var container = AzuriteClients.Create(azurite.ConnectionString).GetBlobContainerClient("kept");
        await container.CreateAsync(cancellationToken: Cancelled);
        await container.UploadBlobAsync("a", new BinaryData("content"), Cancelled);

        await azurite.PauseAsync();
        var read = container.GetBlobClient("a").DownloadContentAsync(Cancelled);
        await azurite.ResumeAsync(Cancelled);

        Assert.Equal("content", (await read).Value.Content.ToString());
    }

    [Fact]
    public async Task StartAsync_ProcessKilled_StartsAgainOnTheSamePort()
    {
        await using var azurite = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled);
        var container = AzuriteClients.Create(azurite.ConnectionString).GetBlobContainerClient("kept");
        using (var process = Process.GetProcessById(azurite.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync(Cancelled);
        }

        await container.CreateAsync(cancellationToken: Cancelled);

        Assert.True(await container.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task StartAsync_ProcessKilledAndTheDiskTakesNothing_StartsAgainWhenItDoes()
    {
        await using var azurite = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled);
        var container = AzuriteClients.Create(azurite.ConnectionString).GetBlobContainerClient("kept");
        var trace = Assert.Single(Directory.GetFiles(Options.Folder, "*.process.json"));
        File.Delete(trace);
        Directory.CreateDirectory(trace); // no file can take its place
        using (var process = Process.GetProcessById(azurite.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync(Cancelled);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), Cancelled);
        Directory.Delete(trace);
        await container.CreateAsync(cancellationToken: Cancelled);

        Assert.True(await container.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task StartAsync_LeftOverOfAKilledHost_IsEndedFirst()
    {
        // A host that was killed leaves its trace, and for a moment its Azurite.
        var options = Options with { SavePatience = TimeSpan.FromSeconds(1) };
        var leftOver = await AzuriteProcess.StartAsync(options, "devstoreaccount1:a2V5", 0, Cancelled);
        using var process = Process.GetProcessById(leftOver.Id);

        await using var azurite = await Azurite.StartAsync(options, NullLogger.Instance, Cancelled);

        Assert.True(process.HasExited);
        Assert.NotEqual(process.Id, azurite.ProcessId);
        await leftOver.DisposeAsync();
    }

    [Fact]
    public void Find_NothingInstalled_SaysWhatToRun()
    {
        var missing = Assert.Throws<StorageUnavailableException>(() => AzuriteOptions.Find(_folder.Path, _folder.Path));

        Assert.Contains("npm ci", missing.Message);
    }

    [Fact]
    public async Task StartAsync_ProgramFails_SaysWhatItSaid()
    {
        var program = _folder.At("broken.js");
        await File.WriteAllTextAsync(program, "console.error('no such disk'); process.exit(3)", Cancelled);

        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            Azurite.StartAsync(Options with { Program = program }, NullLogger.Instance, Cancelled));

        Assert.Contains("ended with code 3", failure.Message);
        Assert.Contains("no such disk", failure.Message);
    }

    public void Dispose() => _folder.Dispose();
}
