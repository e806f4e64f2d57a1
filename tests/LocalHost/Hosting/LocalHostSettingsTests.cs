using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

public sealed class LocalHostSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("http://0.0.0.0:7071")]
    [InlineData("http://example.org")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("7071")]
    [InlineData("http://localhost.:7071")] // by a name the server would listen to every network
    [InlineData("http://me@127.0.0.1:7071")]
    [InlineData("http://127.0.0.1:7071/#api")]
    [InlineData("http://127.0.0.1:7071/api")]
    [InlineData("http://[::]:7071")]
    public void Read_AddressThatIsNotLoopback_IsRefused(string url) =>
        Assert.Contains("--urls", Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--urls", url, "--models", _folder.Path])).Message);

    [Fact]
    public void Read_SeveralProblems_ReportsAll()
    {
        var problems = Assert.Throws<LocalHostSettingsException>(() =>
            LocalHostSettings.Read(["--urls", "nowhere", "--models", _folder.At("missing")])).Message;

        Assert.Contains("--urls", problems);
        Assert.Contains("UNDERSTUDY_MODELS", problems);
    }

    [Fact]
    public void Read_UnknownOption_NamesIt() =>
        Assert.Contains("--modles", Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--modles", _folder.Path])).Message);

    [Fact]
    public void Read_StrayWord_NamesIt() => Assert.StartsWith(
        "extra: not known. Use --urls, --data, --models, or a setting such as",
        Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--models", _folder.Path, "extra", "Limits:BatchRecords=5"])).Message);

    [Theory]
    [InlineData("--Limits:Foo=1", "--Limits:Foo: not known. Limits has BodyBytes, ")]
    [InlineData("--retraining:automatic-=1", "--Retraining:automatic-: not known. Retraining has ")]
    [InlineData("--Durable:Keep=1", "--Durable:Keep: not known. Durable has ")]
    public void Read_UnknownSetting_NamesItAndThoseThatThereAre(string setting, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--models", _folder.Path, setting])).Message);

    [Theory]
    [InlineData("--Quota:Tasks:mail=1")]
    [InlineData("--EventGrid:Subscribers:0=http://127.0.0.1:9/events")]
    public void Read_SettingWithinACollection_IsKnown(string setting) => LocalHostSettings.Read(["--models", _folder.Path, setting]);

    [Theory]
    [InlineData("-urls=http://127.0.0.1:0")]
    [InlineData("-urls")]
    [InlineData("---urls=http://127.0.0.1:0")]
    public void Read_HyphensThatAreNotTwo_NamesTheOption(string option) => Assert.StartsWith(
        $"{option}: not known.", Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--models", _folder.Path, option])).Message);

    [Fact]
    public void Read_LastOptionHasNoValue_NamesIt() => Assert.StartsWith(
        "--data: has no value.", Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--models", _folder.Path, "--data"])).Message);

    [Fact]
    public void Read_FolderWithoutAName_IsTheDefault() =>
        Assert.Equal(Path.GetFullPath(".understudy"), LocalHostSettings.Read(["--models", _folder.Path, "--data="]).DataFolder);

    [Fact]
    public void Read_DataFolderIsAFile_IsRefused()
    {
        File.WriteAllText(_folder.At("file"), "");

        Assert.Equal(
            $"--data: '{_folder.At("file")}' is a file. Give this host a folder of its own.",
            Assert.Throws<LocalHostSettingsException>(() => LocalHostSettings.Read(["--models", _folder.Path, "--data", _folder.At("file")])).Message);
    }

    [Fact]
    public void Read_AllGiven_IsTaken()
    {
        var settings = LocalHostSettings.Read(["--urls=http://localhost:7071", "--data", _folder.At("data"), "--models", _folder.Path, "--Limits:BatchRecords=5"]);

        Assert.Equal(new("http://localhost:7071", _folder.At("data"), _folder.Path), settings);
    }

    [Theory]
    [InlineData("http://localhost:0", "http://127.0.0.1:0")] // the server gives no free port at a name
    [InlineData("http://loopback:7071", "http://localhost:7071")] // at that name it would listen to every network
    [InlineData("HTTP://LOCALHOST:7071/", "http://localhost:7071")]
    [InlineData("http://127.1:7071", "http://127.0.0.1:7071")]
    [InlineData("http://[::1]:7071", "http://[::1]:7071")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80")]
    public void Read_AddressOfThisMachine_IsAsTheServerTakesIt(string url, string taken) =>
        Assert.Equal(taken, LocalHostSettings.Read(["--urls", url, "--models", _folder.Path]).Url);

    public void Dispose() => _folder.Dispose();
}
