namespace Understudy.Edge.Tests;

public sealed class EdgeSettingsTests
{
    [Fact]
    public void Read_SeveralProblems_ReportsAll()
    {
        var problems = Assert.Throws<EdgeSettingsException>(() => EdgeSettings.Read(["--site", "Harbour/../x", "--urls", "nowhere"])).Message;

        Assert.Contains("--site", problems);
        Assert.Contains("--urls", problems);
    }

    [Fact]
    public void Read_UnknownOption_NamesIt() =>
        Assert.Contains("--sites", Assert.Throws<EdgeSettingsException>(() => EdgeSettings.Read(["--sites", "a"])).Message);

    [Theory]
    [InlineData("extra", "extra: not known. Use --site, --urls, --data, or a setting such as")]
    [InlineData("--Edge:Foo=1", "--Edge:Foo: not known. Edge has Storage, ")]
    [InlineData("--Edge:TaskNames=mail", "--Edge:TaskNames: not known. ")] // worked out of others
    public void Read_WhatItDoesNotKnow_NamesIt(string argument, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<EdgeSettingsException>(() => EdgeSettings.Read(["--site", "harbour", argument])).Message);

    [Fact]
    public void Read_DataFolderIsAFile_IsRefused()
    {
        var file = typeof(EdgeSettings).Assembly.Location;

        Assert.Equal($"--data: '{file}' is a file. Give this agent a folder of its own.", Assert.Throws<EdgeSettingsException>(() => EdgeSettings.Read(["--site", "harbour", "--data", file])).Message);
    }

    [Fact]
    public void Read_AllGiven_IsTaken() =>
        Assert.Equal(new("harbour", "http://127.0.0.1:0", Path.GetFullPath("edge-data")), EdgeSettings.Read(["--site=harbour", "--urls=http://127.0.0.1:0", "--data", "edge-data", "--Edge:PollSeconds=1"]));

    [Theory]
    [InlineData("http://harbour:7091")] // by a name the server would listen to every network
    [InlineData("http://me@127.0.0.1:7091")]
    [InlineData("http://127.0.0.1:7091/#status")]
    public void Read_AddressThatTheServerWouldTakeOtherwise_IsRefused(string url) =>
        Assert.StartsWith($"--urls: '{url}'", Assert.Throws<EdgeSettingsException>(() => EdgeSettings.Read(["--site=harbour", "--urls", url])).Message);

    [Theory]
    [InlineData("http://localhost:0", "http://127.0.0.1:0")]
    [InlineData("http://loopback:7091", "http://localhost:7091")]
    [InlineData("http://0.0.0.0:8080", "http://0.0.0.0:8080")]
    public void Read_Address_IsAsTheServerTakesIt(string url, string taken) => Assert.Equal(taken, EdgeSettings.Read(["--site=harbour", "--urls", url]).Url);

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData("UseDevelopmentStorage=true", null, null, true)]
    [InlineData("https://a.blob.core.windows.net", null, null, true)]
    [InlineData("a.blob.core.windows.net", null, null, false)]
    [InlineData(null, "https://a.blob.core.windows.net/edge?s", "https://a.blob.core.windows.net/edge-reports?s", true)]
    [InlineData(null, "https://a.blob.core.windows.net/edge?s", null, false)]
    [InlineData(null, "https://a.blob.core.windows.net/edge?s", "edge-reports", false)]
    [InlineData("UseDevelopmentStorage=true", "https://a.blob.core.windows.net/edge?s", "https://a.blob.core.windows.net/edge-reports?s", false)]
    public void Validate_OneWayToTheStorage_IsNeededAndNoMore(string? storage, string? folder, string? reports, bool valid)
    {
        var options = new EdgeOptions { Storage = storage, FolderUrl = folder is null ? null : new(folder), ReportsUrl = reports is null ? null : new(reports, UriKind.RelativeOrAbsolute) };

        Assert.Equal(valid, new EdgeOptionsValidation().Validate(null, options).Succeeded);
    }
}
