using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Azure.Storage.Blobs;
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
    public async Task StartAsync_OnAFolderThatWasServed_IsReachedAsBefore()
    {
        string before;
        await using (var azurite = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled))
        {
            before = azurite.ConnectionString;
            await AzuriteClients.Create(before).GetBlobContainerClient("kept").CreateAsync(cancellationToken: Cancelled);
        }

        await using var again = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled);

        Assert.Equal(before, again.ConnectionString);
        Assert.True(await AzuriteClients.Create(before).GetBlobContainerClient("kept").ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task StartAsync_AnotherProgramHasThePortByNow_TakesAnother()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Directory.CreateDirectory(Options.Folder);
        new AzuriteAddress(((IPEndPoint)other.LocalEndpoint).Port, "a2V5").Keep(Options.Folder);

        await using var azurite = await Azurite.StartAsync(Options, NullLogger.Instance, Cancelled);

        await AzuriteClients.Create(azurite.ConnectionString).GetBlobContainerClient("kept").CreateAsync(cancellationToken: Cancelled);
        Assert.Contains("AccountKey=a2V5;", azurite.ConnectionString);
        Assert.Equal(azurite.ConnectionString, AzuriteAddress.In(Options.Folder).ConnectionString);
    }

    [Fact]
    public async Task StartAsync_FailsForAnotherReason_KeepsTheAddress()
    {
        Directory.CreateDirectory(Options.Folder);
        var kept = new AzuriteAddress(1, "a2V5");
        kept.Keep(Options.Folder);
        var program = _folder.At("broken.js");
        await File.WriteAllTextAsync(program, "process.exit(3)", Cancelled);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Azurite.StartAsync(Options with { Program = program }, NullLogger.Instance, Cancelled));

        Assert.Equal(kept, AzuriteAddress.In(Options.Folder));
    }

    [Fact]
    public async Task StartAsync_AddressCannotBeKept_LeavesNoneRunning()
    {
        Directory.CreateDirectory(Path.Combine(Options.Folder, "azurite.address.json"));

        await Assert.ThrowsAnyAsync<Exception>(() => Azurite.StartAsync(Options, NullLogger.Instance, Cancelled));

        var started = JsonSerializer.Deserialize<AzuriteTrace>(await File.ReadAllTextAsync(Path.Combine(Options.Folder, "azurite.process.json"), Cancelled))!;
        Assert.DoesNotContain(Process.GetProcesses(), process => process.Id == started.ProcessId);
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

    /// <summary>Azurite listens a moment before it is ready to save.</summary>
    [Fact]
    public async Task DisposeAsync_BeforeItKnowsHowToSave_WaitsUntilItHasSaved()
    {
        var program = _folder.At("slow.js");
        await File.WriteAllTextAsync(
            program,
            """
            console.log('successfully listens on http://127.0.0.1:1');
            setTimeout(() => process.once('SIGTERM', () => { require('fs').writeFileSync('saved', ''); process.exit(0) }), 1000);
            """,
            Cancelled);

        await (await AzuriteProcess.StartAsync(Options with { Program = program }, "devstoreaccount1:a2V5", 0, Cancelled)).DisposeAsync();

        Assert.True(File.Exists(Path.Combine(Options.Folder, "saved")));
    }

    /// <summary>The storage packages speak a version of the service that Azurite may not list yet.</summary>
    [Fact]
    public async Task CommandOfTheReadme_FirstCallOfTheStoragePackages_IsTaken()
    {
        var program = Path.Combine(Path.GetDirectoryName(Options.Program)!, "..", "azurite.js");
        var start = new ProcessStartInfo(Options.Node, [program, .. ArgumentsInTheReadme(), "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"])
        {
            RedirectStandardOutput = true,
            Environment = { ["AZURITE_ACCOUNTS"] = "devstoreaccount1:a2V5" },
        };
        using var azurite = Process.Start(start)!;
        try
        {
            var said = "";
            while (!said.Contains("Blob service is successfully listening", StringComparison.Ordinal))
            {
                said = await azurite.StandardOutput.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("Azurite has ended.");
            }

            var address = said[said.IndexOf("http", StringComparison.Ordinal)..].Trim();
            var blobs = new BlobServiceClient($"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint={address}/devstoreaccount1;");

            Assert.NotNull(await blobs.GetBlobContainerClient("batches").CreateIfNotExistsAsync(cancellationToken: Cancelled));
        }
        finally
        {
            azurite.Kill();
            await azurite.WaitForExitAsync(CancellationToken.None);
        }
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

    private IEnumerable<string> ArgumentsInTheReadme()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "README.md")))
        {
            folder = folder.Parent!;
        }

        var line = File.ReadLines(Path.Combine(folder.FullName, "README.md")).Single(line => line.StartsWith("npx azurite ", StringComparison.Ordinal));
        return line.TrimEnd('&', ' ').Split(' ').Skip(2).Select(argument => argument.StartsWith('-') ? argument : _folder.At("storage"));
    }
}
