using System.Text.Json;
using Understudy.Inference.Signing;

namespace Understudy.Cli.Tests;

public sealed class ReleaseCommandTests : IDisposable
{
    private readonly MoodModels _models = new();

    [Fact]
    public async Task PromoteAndRollback_TwoReleases_MoveTheChannels()
    {
        _models.WriteRelease("v2");
        await Release("promote", "v1");
        var promoted = (await Release("promote", "v2")).Json;
        Assert.Equal(("v2", "v1"), (promoted.GetProperty("stable").GetString(), promoted.GetProperty("previous").GetString()));
        var back = (await Release("rollback")).Json;
        Assert.Equal(("v1", "v2"), (back.GetProperty("stable").GetString(), back.GetProperty("previous").GetString()));
        var listed = (await Release("list")).Json.GetProperty("releases").EnumerateArray().ToDictionary(r => r.GetProperty("version").GetString()!);
        Assert.Equal("stable", listed["v1"].GetProperty("channels")[0].GetString());
        Assert.Equal("previous", listed["v2"].GetProperty("channels")[0].GetString());
    }

    [Fact]
    public async Task Rollback_NoPreviousRelease_Fails()
    {
        var run = await Release("rollback");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no previous release", run.Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Show_NoVersion_ShowsTheStableOne()
    {
        Assert.Contains("no stable release", (await Release("show")).Error);
        await Release("promote", "v1");
        Assert.Equal("v1", (await Release("show")).Json.GetProperty("release").GetProperty("version").GetString());
        Assert.Contains("student", (await _models.RunAsync("release", "show", "--task", "mood")).Output);
    }

    [Fact]
    public async Task Trust_OnThisMachine_IsWhatAnotherOneNeedsToTakeItsReleases()
    {
        var file = _models.At("trust.pem");

        var run = await _models.RunAsync("release", "trust", "--out", file, "--json");

        var trust = ReleaseTrust.Read(file);
        Assert.True(trust.Knows(run.Json.GetProperty("own").GetString()!));
        Assert.True(trust.KeyIds.Count > 1, "those that the product's own releases are signed with count too");
        Assert.Equal(File.ReadAllText(file), (await _models.RunAsync("release", "trust")).Output);
    }

    [Fact]
    public async Task Keygen_SeveralInOneFolder_AreTrustedByTheFolder()
    {
        var keys = new List<string>();
        foreach (var name in new[] { "old", "new" })
        {
            keys.Add((await CliRun.Of("release", "keygen", _models.At($"private/{name}"), "--json")).Json.GetProperty("key").GetString()!);
            Directory.CreateDirectory(_models.At("trusted"));
            File.Move(_models.At($"private/{name}.pub"), _models.At($"trusted/{name}.pub"));
        }

        var trust = ReleaseTrust.Read(_models.At("trusted"));

        Assert.All(keys, key => Assert.True(trust.Knows(key)));
    }

    [Fact]
    public async Task Verify_GoodRelease_IsValid()
    {
        var run = await Release("verify", "v1");
        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Verify_ChangedFile_NamesItAndReturns1()
    {
        File.AppendAllText(_models.At("models/mood/v1/student.linear"), "x");
        var run = await Release("verify", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.False(run.Json.GetProperty("valid").GetBoolean());
        Assert.Contains(run.Json.GetProperty("problems").EnumerateArray(), p => p.GetString()!.Contains("student.linear", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promote_BrokenRelease_ChangesNothing()
    {
        File.Delete(_models.At("models/mood/v1/lead.linear"));
        var run = await Release("promote", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(JsonValueKind.Array, (await Release("list")).Json.GetProperty("releases")[0].GetProperty("channels").ValueKind);
        Assert.Empty((await Release("list")).Json.GetProperty("releases")[0].GetProperty("channels").EnumerateArray());
    }

    [Fact]
    public async Task Sign_UnsignedRelease_LetsItServe()
    {
        File.Delete(_models.At("models/mood/v1/release.sig"));
        Assert.Contains("unsigned release never serves", (await Release("verify", "v1")).Json.GetProperty("problems")[0].GetString());
        Assert.Contains("release sign --task mood v1", (await Release("promote", "v1")).Error);
        var signed = (await Release("sign", "v1")).Json;
        Assert.True(signed.GetProperty("trusted").GetBoolean());
        Assert.Equal(0, (await Release("verify", "v1")).ExitCode);
        Assert.Equal("v1", (await Release("promote", "v1")).Json.GetProperty("stable").GetString());
    }

    [Fact]
    public async Task Sign_ChangedFile_IsRefused()
    {
        File.AppendAllText(_models.At("models/mood/v1/student.linear"), "x");
        var run = await Release("sign", "v1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("student.linear", run.Error);
    }

    [Fact]
    public async Task Keygen_NewFile_WritesBothHalvesOnce()
    {
        var made = (await _models.RunAsync("release", "keygen", _models.At("key.pem"), "--json")).Json;
        Assert.True(ReleaseTrust.Read(made.GetProperty("publicKey").GetString()!).Knows(made.GetProperty("key").GetString()!));
        Assert.Equal(PemSigner.Load(_models.At("key.pem")).KeyId, made.GetProperty("key").GetString());
        Assert.Equal(1, (await _models.RunAsync("release", "keygen", _models.At("key.pem"))).ExitCode);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("verify")]
    [InlineData("promote")]
    public async Task AnyCommand_UnknownVersion_SaysSo(string command)
    {
        var run = await Release(command, "v7");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has no release 'v7'", run.Json.GetProperty("error").GetString());
    }

    public void Dispose() => _models.Dispose();

    private Task<CliRun> Release(string command, params string[] rest) =>
        _models.RunAsync(["release", command, "--task", "mood", .. rest, "--json"]);
}
