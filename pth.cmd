@echo off
rem Runs Pth's command line on Windows, and brings an ordinary build up to date first (a second or two when nothing changed).
setlocal
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
dotnet build "%~dp0src\Pth.Cli\Pth.Cli.csproj" -c Release -v quiet -nologo 1>&2 || exit /b 2
"%~dp0artifacts\bin\Pth.Cli\release\pth.exe" %*
exit /b %ERRORLEVEL%
