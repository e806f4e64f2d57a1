using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Understudy.Edge;
using Understudy.Inference.Signing;

try
{
    var settings = EdgeSettings.Read(args);
    await using var app = EdgeApp.Build(settings, args);
    await app.StartAsync();
    Console.WriteLine($"listening on {app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is EdgeSettingsException or SigningException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (OptionsValidationException exception)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
    return 2;
}
catch (InvalidOperationException exception) when (exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal))
{
    Console.Error.WriteLine(exception.Message); // it names the setting, its value and the type that it should have
    return 2;
}
