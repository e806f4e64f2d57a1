using Understudy.Inference.Datasets;

namespace Understudy.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("understudy-data-").FullName;

    [Fact]
    public async Task Get_Mails_WritesThreePartsThatShareNoTextAndMakeATask()
    {
        var run = await CliRun.Of("data", "get", "spam-assassin", "--out", _folder, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(6046, run.Json.GetProperty("labels").EnumerateObject().Sum(label => label.Value.GetInt32()));
        var (train, dev, test) = (await ReadAsync("train.jsonl"), await ReadAsync("dev.jsonl"), await ReadAsync("test.jsonl"));
        Assert.Equal(6046, train.Count + dev.Count + test.Count);
        Assert.Equal(test.Count, run.Json.GetProperty("parts").GetProperty("test.jsonl").GetInt32());
        Assert.Empty(train.Concat(dev).Select(record => record.Text).Intersect(test.Select(record => record.Text)));
        Assert.Empty(train.Select(record => record.Text).Intersect(dev.Select(record => record.Text)));

        var made = await CliRun.Of("task", "new", "mails", "--data", _folder, "--input", "mail", "--models", Path.Combine(_folder, "models"), "--json");
        Assert.Equal(0, made.ExitCode);
        Assert.Equal((train.Count, dev.Count, 0), (made.Json.GetProperty("train").GetInt32(), made.Json.GetProperty("dev").GetInt32(), made.Json.GetProperty("malformed").GetInt32()));
    }

    [Fact]
    public async Task Get_FolderThatHasSuchFiles_LeavesThemUnlessForced()
    {
        var mine = Path.Combine(_folder, "dev.jsonl");
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);
        var run = await CliRun.Of("data", "get", "spam-assassin", "--out", _folder);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--force", run.Error);
        Assert.Equal("mine", await File.ReadAllTextAsync(mine, TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Equal(0, (await CliRun.Of("data", "get", "spam-assassin", "--out", _folder, "--force")).ExitCode);
        Assert.NotEmpty(await ReadAsync("dev.jsonl"));
    }

    [Fact]
    public async Task Get_UnknownSet_IsBadUsageAndNamesThoseThatThereAre()
    {
        var run = await CliRun.Of("data", "get", "mails");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("spam-assassin", run.Error);
    }

    [Fact]
    public async Task List_Always_NamesLicences() =>
        Assert.Equal("PDDL-1.0", (await CliRun.Of("data", "list", "--json")).Json.GetProperty("sets")[0].GetProperty("licence").GetString());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<List<DatasetRecord>> ReadAsync(string name)
    {
        await using var stream = File.OpenRead(Path.Combine(_folder, name));
        return await DatasetReader.ReadAsync(stream, TestContext.Current.CancellationToken).Select(line => line.Record!).ToListAsync(TestContext.Current.CancellationToken);
    }
}
