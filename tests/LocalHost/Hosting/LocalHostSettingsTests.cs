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
    public void Read_AllGiven_IsTaken()
    {
        var settings = LocalHostSettings.Read(["--urls=http://localhost:0", "--data", _folder.At("data"), "--models", _folder.Path, "--Limits:BatchRecords=5"]);

        Assert.Equal(new("http://localhost:0", _folder.At("data"), _folder.Path), settings);
    }

    public void Dispose() => _folder.Dispose();
}
